"""REQUEST: the hulpvraag from draft to decision, with the guards of every move."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.access.permissions import Permission
from oja.core.workflow import Refusal, Transition, guard
from support import facts
from support.models import Purpose, RequestEvent, SupportRequest
from support.models import RequestState as S
from support.workflow.base import CaseWorkflow
from support.workflow.refusals import consent_disputed, consent_missing, to


@guard(gettext_lazy("It is recorded with whom you spoke"))
def talk_is_recorded(row, move):
    """A question is talked about with parents or pupil before anybody else hears of it."""
    if row.talk_with and row.talk_on and row.talk_on <= move.on:
        return None
    return Refusal(
        _("First record with whom you spoke, and when"),
        who=_("School"),
        url=to("request-edit", row.pk),
        url_label=_("Record the talk"),
    )


@guard(gettext_lazy("The question is filled in"))
def topics_are_filled(row, move):
    """One to three topics and a question in words."""
    if row.topics and row.question.strip():
        return None
    return Refusal(
        _("Choose at least one topic and write the question"),
        who=_("School"),
        url=to("request-edit", row.pk),
        url_label=_("Fill in the question"),
    )


@guard(gettext_lazy("The school takes part in an arrangement"))
def site_participates(row, move):
    """On the day itself, with the provider that the request went to."""
    participation = facts.participation_on(row.site_id, move.on)
    if participation is None:
        return Refusal(
            _("This school does not take part in an arrangement on this day"),
            who=_("Administrator"),
        )
    if row.state != S.CONCEPT and participation.provider_id != row.provider_id:
        return Refusal(
            _("%(provider)s works at this school now. Submit the request again")
            % {"provider": participation.provider.name},
            who=_("School"),
            url=to("request-detail", row.pk),
            url_label=_("See the request"),
        )
    return None


def _payer(row, move):
    pupil = facts.pupil_of(move.actor, row)
    return facts.payer_of(move.actor, pupil, row.site_id, move.on)


@guard(gettext_lazy("The municipality of the pupil pays"))
def residence_is_funded(row, move):
    """Not the address but the recorded residence decides (Jeugdwet 1.1)."""
    payer = _payer(row, move)
    if payer.funded:
        return None
    return Refusal(
        payer.sentence,
        who=_("School"),
        url=to("pupil-detail", row.pupil_id),
        url_label=_("See the residence"),
    )


@guard(gettext_lazy("The arrangement does not pay for this pupil"))
def residence_is_not_funded(row, move):
    """Nobody is sent away as not funded while a municipality of the arrangement pays."""
    payer = _payer(row, move)
    if not payer.funded:
        return None
    return Refusal(payer.sentence, who=_("School"))


def _share(row, move):
    return facts.consent_state(move.actor, row, Purpose.SHARE, move.on)


@guard(gettext_lazy("Everyone who must agree to sharing has agreed"))
def consent_is_complete(row, move):
    """The provider may know of a pupil only when everyone who must agree has agreed."""
    state = _share(row, move)
    if state.is_complete or state.is_disputed:  # disputed has a sentence of its own
        return None
    return consent_missing(
        state, url=to("consent-ask", row.pk), pupil_url=to("pupil-detail", row.pupil_id)
    )


@guard(gettext_lazy("Nobody who must agree said no"))
def consent_not_disputed(row, move):
    """One no among those who must agree stops sharing until they have talked."""
    state = _share(row, move)
    if not state.is_disputed:
        return None
    return consent_disputed(state, who=_("School"), url=to("request-detail", row.pk))


@guard(gettext_lazy("The regisseur works for the provider"))
def regisseur_is_own_worker(row, move):
    """Any care worker of the provider can be named; nobody of another organisation."""
    regisseur = move.data.get("regisseur")
    if regisseur is None or regisseur.provider_id == row.provider_id:
        return None
    return Refusal(
        _("%(name)s does not work for this provider") % {"name": regisseur.name},
        who=_("Manager of the provider"),
    )


@guard(gettext_lazy("The day is not in the future"))
def decision_is_not_in_the_future(row, move):
    """A decision is recorded when it was taken, and never before the request."""
    day = move.data.get("decided_on") or move.on
    if day > move.on:
        return Refusal(_("The day of the decision lies in the future"), who=_("School"))
    if row.submitted_on and day < row.submitted_on:
        return Refusal(_("The decision cannot be older than the request"), who=_("School"))
    return None


@guard(gettext_lazy("The provider has not acted on it"))
def nobody_acted_yet(row, move):
    """What is on an agenda is withdrawn with a reason instead of being taken back silently."""
    if row.team_meeting_on is None:
        return None
    return Refusal(
        _("This request is on the agenda of the support team. Withdraw it instead"),
        who=_("School"),
        url=to("request-detail", row.pk),
        url_label=_("See the request"),
    )


class RequestWorkflow(CaseWorkflow):
    """Writes with a move what follows from its day: who works there, who pays, when it ended."""

    def _set(self, transition, row, step):
        changed = super()._set(transition, row, step)
        extra = {}
        if transition.name in ("submit", "accept"):
            extra |= funding_of(row, step.actor, step.on)
        if transition.name == "recall":
            extra |= {"submitted_on": None, "submitted_by": None}
        if transition.name == "withdraw":
            extra["ended_on"] = step.on
        for name, value in extra.items():
            setattr(row, name, value)
        return changed | extra.keys()


def funding_of(row, actor, on):
    """Fields of a request that follow from the day: participation, provider and who pays."""
    participation = facts.participation_on(row.site_id, on)
    pupil = facts.pupil_of(actor, row)
    payer = facts.payer_of(actor, pupil, row.site_id, on)
    return {
        "participation": participation,
        "provider": participation.provider if participation else None,
        "arrangement": participation.arrangement if participation else None,
        "municipality": payer.municipality,
        # an unknown residence is neither: somebody has to look it up first
        "is_funded": payer.funded if payer.reason in ("funded", "outside") else None,
    }


_DECIDES = {
    "sources": (S.IN_TEAM,),
    "permission": Permission.REQUEST_DECIDE,
    "sets": ("decided_on", "decision_note"),
    "stamps": ("decided",),
}

REQUEST = RequestWorkflow(
    "request",
    SupportRequest,
    "state",
    RequestEvent,
    (
        Transition(
            name="submit",
            label=gettext_lazy("Submit request"),
            sources=(S.CONCEPT,),
            target=S.SUBMITTED,
            permission=Permission.REQUEST_CREATE,
            guards=(talk_is_recorded, topics_are_filled, site_participates),
            stamps=("submitted",),
            locks=("pupil_id",),
            done=gettext_lazy("Request submitted."),
            kind="primary",
        ),
        Transition(
            name="to_team",
            label=gettext_lazy("Put on the agenda"),
            sources=(S.SUBMITTED,),
            target=S.IN_TEAM,
            permission=Permission.REQUEST_DECIDE,
            sets=("team_meeting_on",),
            done=gettext_lazy("On the agenda of the support team."),
            kind="primary",
        ),
        Transition(
            name="accept",
            label=gettext_lazy("Accept"),
            target=S.ACCEPTED,
            guards=(
                site_participates,
                residence_is_funded,
                consent_is_complete,
                consent_not_disputed,
                decision_is_not_in_the_future,
            ),
            locks=("pupil_id",),
            done=gettext_lazy("Request accepted. The provider can assign somebody now."),
            kind="primary",
            **_DECIDES,
        ),
        Transition(
            name="decide_education",
            label=gettext_lazy("Education takes it up"),
            target=S.EDUCATION,
            guards=(decision_is_not_in_the_future,),
            done=gettext_lazy("Recorded: education takes it up."),
            **_DECIDES,
        ),
        Transition(
            name="decide_district_team",
            label=gettext_lazy("On to the district team"),
            target=S.DISTRICT_TEAM,
            guards=(decision_is_not_in_the_future,),
            done=gettext_lazy("Recorded: on to the district team."),
            **_DECIDES,
        ),
        Transition(
            name="decide_elsewhere",
            label=gettext_lazy("To help elsewhere"),
            target=S.ELSEWHERE,
            guards=(decision_is_not_in_the_future,),
            done=gettext_lazy("Recorded: help elsewhere."),
            **_DECIDES,
        ),
        Transition(
            name="decide_not_funded",
            label=gettext_lazy("Not funded"),
            target=S.NOT_FUNDED,
            guards=(residence_is_not_funded, decision_is_not_in_the_future),
            locks=("pupil_id",),
            done=gettext_lazy("Recorded: the arrangement does not pay."),
            **_DECIDES,
        ),
        Transition(
            name="assign",
            label=gettext_lazy("Assign"),
            sources=(S.ACCEPTED,),
            target=S.STARTED,
            permission=Permission.REQUEST_ASSIGN,
            sets=("regisseur",),
            guards=(regisseur_is_own_worker, consent_is_complete, consent_not_disputed),
            stamps=("assigned",),
            locks=("pupil_id",),
            done=gettext_lazy("Assigned. The trajectory has started."),
            kind="primary",
        ),
        Transition(
            name="recall",
            label=gettext_lazy("Take submission back"),
            sources=(S.SUBMITTED,),
            target=S.CONCEPT,
            permission=Permission.REQUEST_CREATE,
            guards=(nobody_acted_yet,),
            done=gettext_lazy("It is a draft again."),
            kind="text",
        ),
        Transition(
            name="withdraw",
            label=gettext_lazy("Withdraw"),
            sources=(S.CONCEPT, S.SUBMITTED, S.IN_TEAM, S.ACCEPTED),
            target=S.WITHDRAWN,
            permission=Permission.REQUEST_CREATE,
            sets=("decision_note",),
            done=gettext_lazy("Request withdrawn."),
            kind="danger",
        ),
    ),
)
