"""What figures lend to the floors below: menu items and homes."""

from django.utils.translation import gettext_lazy as _

from monitor.views import published
from oja.access.permissions import Permission, Role
from oja.pages.home import register_home
from oja.pages.navigation import nav


def register():
    """Put the pages into the menu; whoever reads published figures starts there."""
    nav(_("Figures"), "figures", "chart-column", Permission.FIGURES_LIVE, order=80)
    readers = (Role.MUNICIPAL_ADVISER, Role.PARTNERSHIP)
    for roles, order in ((readers, 20), ((Role.SCHOOL_COORDINATOR, Role.PROVIDER_MANAGER), 97)):
        nav(
            _("Monitor"),
            "monitor",
            "chart-column",
            Permission.FIGURES_VIEW,
            order=order,
            roles=roles,
            tab=order == 20,
        )
    nav(_("Meetings"), "meeting-list", "presentation", Permission.MEETING_VIEW, order=90, tab=False)
    register_home(Role.MUNICIPAL_ADVISER, published.monitor, order=80)
    register_home(Role.PARTNERSHIP, published.monitor, order=90)
