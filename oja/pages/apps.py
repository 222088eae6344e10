from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    """How every page works: lists, forms, moves, drafts, navigation. Knows no pupil."""

    name = "oja.pages"
    label = "pages"
    verbose_name = _("Pages")

    def ready(self):
        from oja.access.permissions import Permission, Role
        from oja.pages.navigation import nav

        # The same page, named after what it answers. Who reads published figures starts there.
        view = Permission.PAGE_VIEW
        nav(_("Today"), "home", "house", view, order=8, roles=(Role.CARE_WORKER,), tab=True)
        starts = (Role.SCHOOL_COORDINATOR, Role.PROVIDER_MANAGER, Role.ADMINISTRATOR)
        nav(_("Home"), "home", "house", view, order=9, roles=starts, tab=True)
        nav(_("Agreements"), "home", "handshake", view, order=10, roles=(Role.TEACHER,), tab=True)
        nav(_("Administration"), "admin:index", "settings", Permission.ACCOUNTS_CHANGE, order=90)
