"""What support lends to the card of a pupil: the hulpvragen, and the button for a new one."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.core.periods import day_of, today
from schools.panels import register_pupil_action, register_pupil_panel
from support import progress
from support.models import SupportRequest
from support.views.request_rows import state_tag, trajectory_of, with_trajectory


def requests_panel(request, pupil):
    """The hulpvragen of this pupil that the reader may see, newest first."""
    actor = request.actor
    if not actor.may(Permission.REQUEST_VIEW):
        return ""
    on = today()
    rows = SupportRequest.objects.visible_to(actor).filter(pupil=pupil).for_list()
    found = [
        {
            "url": reverse("request-detail", args=[row.pk]),
            "reference": row.reference,
            "when": progress.day_full(row.submitted_on or day_of(row.created_at)),
            "topics": ", ".join(map(str, row.topic_labels)),
            "tag": state_tag(row),
            "what_now": progress.what_now(row, on, trajectory_of(row)),
        }
        for row in with_trajectory(rows.order_by("-created_at"), actor)
    ]
    return render_to_string("support/pupil_requests.html", {"rows": found}, request)


def new_request_button(request, pupil):
    """Nieuwe hulpvraag for this pupil."""
    if not request.actor.may(Permission.REQUEST_CREATE):
        return None
    url = f"{reverse('request-create')}?leerling={pupil.pk}"
    return _("New request"), url, "plus"


register_pupil_panel(10, requests_panel)
register_pupil_action(10, new_request_button)
