"""What support puts in the menu, and the page each role starts on."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Permission, Role
from oja.core.periods import today
from oja.pages.home import register_home
from oja.pages.navigation import nav
from support.models import RequestState, ShareState, SupportRequest
from support.views import home, home_manager
from support.views import today as day
from support.views.subcontract_panels import waits as orders_that_wait


def waits_for_coordinator(actor):
    """Hulpvragen whose next step is the coordinator's."""
    ready = Q(state=RequestState.SUBMITTED, share_state=ShareState.COMPLETE)
    to_decide = Q(state=RequestState.IN_TEAM, team_meeting_on__lte=today())
    return SupportRequest.objects.visible_to(actor).filter(ready | to_decide).count()


def waits_for_manager(actor):
    """Accepted hulpvragen without a regisseur."""
    return SupportRequest.objects.visible_to(actor).filter(state=RequestState.ACCEPTED).count()


def waits(actor):
    """What waits for this person among the hulpvragen."""
    number = 0
    if actor.holds(Role.SCHOOL_COORDINATOR):
        number += waits_for_coordinator(actor)
    if actor.holds(Role.PROVIDER_MANAGER):
        number += waits_for_manager(actor)
    return number


def waits_for_purchase(actor):
    """Bought care that waits for this person: a decision, an order, or a review."""
    return orders_that_wait(actor, today())


CARE = (Role.CARE_WORKER, Role.PROVIDER_MANAGER)

nav(
    _("Trajectories"),
    "trajectory-list",
    "folder-open",
    Permission.TRAJECTORY_VIEW,
    order=20,
    roles=CARE,
    tab=True,
)
nav(
    _("Record"),
    "contact-create",
    "circle-plus",
    Permission.CONTACT_RECORD,
    order=25,
    roles=(Role.CARE_WORKER,),
    tab=True,
)
nav(
    _("Requests"),
    "request-list",
    "inbox",
    Permission.REQUEST_VIEW,
    order=30,
    tab=True,
    count=waits,
)

# Before the requests for who helps: that is what fits the bar of a phone.
for _role, _order in (
    (Role.CARE_WORKER, 28),
    (Role.SCHOOL_COORDINATOR, 45),
    (Role.PROVIDER_MANAGER, 95),
):
    nav(
        _("Groups"),
        "group-list",
        "users",
        Permission.GROUP_VIEW,
        order=_order,
        roles=(_role,),
        tab=_role == Role.CARE_WORKER,
    )

nav(
    _("Third parties"),
    "subcontract-list",
    "external-link",
    Permission.SUBCONTRACT_VIEW,
    order=40,
    roles=CARE,
    count=waits_for_purchase,
)
nav(_("Budget"), "budget", "wallet", Permission.BUDGET_VIEW, order=50, tab=True)

register_home(Role.CARE_WORKER, day.home, 10)
register_home(Role.SCHOOL_COORDINATOR, home.home_coordinator, 20)
register_home(Role.PROVIDER_MANAGER, home_manager.home_manager, 30)
register_home(Role.TEACHER, home.home_teacher, 40)
