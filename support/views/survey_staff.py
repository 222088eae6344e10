"""Questions about satisfaction, for the provider: who was invited, the response, and the marks."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission, Role
from oja.access.scoping import CHANGE
from oja.core.export import Column
from oja.core.periods import today
from oja.core.templatetags.ui.text import tag
from oja.core.workflow import MoveRefused
from oja.pages.forms import form_page
from oja.pages.lists import EmptyText, list_page
from oja.pages.navigation import nav
from support import progress, survey_results
from support.actions.survey import invite_to_survey, link_code, send_survey_again
from support.forms.survey import InviteForm
from support.models import Informant, SurveyInvitation, Trajectory
from support.survey_rules import TOGETHER, HalfYear, pupil_informant
from support.survey_texts import languages
from support.views import people
from support.views.consents import mail_address, mail_link
from support.views.request_rows import name_cell

#: So many half-years stand above the page to choose from.
HALF_YEARS = 4
SCORE_WORDS = {
    Informant.PARENT: (
        gettext_lazy("listened well"),
        gettext_lazy("the help was of use"),
        gettext_lazy("took part in deciding"),
    ),
    Informant.PUPIL: (
        gettext_lazy("listened well"),
        gettext_lazy("the help was of use"),
        gettext_lazy("took part in deciding"),
    ),
    Informant.CHILD: (
        gettext_lazy("liked the help"),
        gettext_lazy("listened well"),
        gettext_lazy("it goes better now"),
    ),
}

for _role, _order in ((Role.CARE_WORKER, 70), (Role.PROVIDER_MANAGER, 96)):
    nav(
        gettext_lazy("Surveys"),
        "survey-list",
        "message-square-text",
        Permission.SURVEY_VIEW,
        order=_order,
        roles=(_role,),
    )


@needs(Permission.SURVEY_VIEW)
def survey_list(request):
    """Response and marks of a half-year, remarks for the manager, and who was invited."""
    actor = request.actor
    on = today()
    half_year = chosen_half_year(request, on)
    rows = SurveyInvitation.objects.visible_to(actor).for_list().filter(half_year=str(half_year))
    found = survey_results.of_half_years([half_year])
    results = [result_words(kind, found) for kind in Informant]
    return list_page(
        request,
        rows,
        title=_("Surveys"),
        noun=(_("invitation"), _("invitations")),
        columns=columns(on, may_invite=actor.may(Permission.SURVEY_INVITE)),
        orderings={"uitgenodigd": ("-asked_on",), "naam": ("trajectory__pupil_sort",)},
        what="survey invitations",
        subject=lambda row: row.trajectory.pupil_id,
        template="support/survey/list.html",
        rows_template="support/list_rows.html",
        context={
            "results": results,
            "has_results": any(item["invited"] for item in results),
            "half_years": half_year_links(half_year, on),
            "half_year_words": half_year_words(half_year),
            "is_closed": half_year.is_closed(on),
            "remarks": remark_words(actor, half_year),
            "settle_words": settle_words(half_year, on),
            "few_reason": _("Shown from five on, so that nobody can be recognised."),
            "note": "",
        },
        empty=EmptyText(
            nothing_yet=_("Nobody was invited yet. Invite from the page of a trajectory.")
        ),
    )


def chosen_half_year(request, on):
    """The half-year of `?halfjaar=`, or the one of today."""
    try:
        return HalfYear.parse(request.GET["halfjaar"])
    except (KeyError, ValueError):
        return HalfYear.of(on)


def half_year_words(half_year):
    """ "augustus 2026 tot en met januari 2027"."""
    if half_year.half == 1:
        words = _("August %(first)s up to and including January %(last)s")
        return words % {"first": half_year.year, "last": half_year.year + 1}
    return _("February up to and including July %(year)s") % {"year": half_year.year + 1}


def half_year_links(current, on):
    """The last half-years, newest first, and the chosen one."""
    items, half_year = [], HalfYear.of(on)
    for _step in range(HALF_YEARS):
        items.append(half_year)
        half_year = HalfYear.of(half_year.period.start - timedelta(days=1))
    if current not in items:
        items.append(current)
    return [
        {
            "label": half_year_words(item),
            "url": f"{reverse('survey-list')}?halfjaar={item}",
            "current": item == current,
        }
        for item in items
    ]


def settle_words(half_year, on):
    """How and until when answers come in."""
    if half_year.is_closed(on):
        return _("This half-year is closed: nothing changes any more.")
    last = half_year.closes_on - timedelta(days=1)
    return _("Answers come in until %(day)s.") % {"day": progress.day_full(last).lower()}


def result_words(kind, found):
    """One line of the table: numbers where they may be shown, words where not."""
    whole = survey_results.together([row for row in found if row.informant == kind])
    line = {
        "kind": Informant(kind).label,
        "invited": whole.invited if whole else 0,
        "counted": whole.counted if whole else 0,
        "response": "",
        "mark": "",
        "high": "",
        "scores": [],
        "has_marks": kind != Informant.CHILD,
        "is_small": whole is None or whole.counted < TOGETHER,
    }
    if whole is None:
        return line
    if whole.answered is not None and whole.invited:
        share = round(100 * min(whole.answered, whole.invited) / whole.invited)
        line["response"] = _("%(answered)s of %(invited)s (%(share)s%%)") % {
            "answered": whole.answered,
            "invited": whole.invited,
            "share": share,
        }
    if whole.mark is not None:
        line["mark"] = decimal(whole.mark)
        line["high"] = f"{round(100 * whole.high_share)}%"
    for key, words in zip(("q1", "q2", "q3"), SCORE_WORDS[kind], strict=True):
        value = whole.score(key)
        if value is not None:
            line["scores"].append((str(words), decimal(value)))
    return line


def decimal(value):
    """One decimal with a comma, as in "7,8"."""
    return f"{value:.1f}".replace(".", ",")


def remark_words(actor, half_year):
    """Loose remarks, for the manager, in another order every time."""
    if not actor.holds(Role.PROVIDER_MANAGER):
        return []
    return [
        {"kind": Informant(kind).label, "text": text}
        for kind, text in survey_results.remarks([half_year])
    ]


def columns(on, *, may_invite):
    """Who, about whom, when, and until when the link works. Not whether somebody answered."""

    def again(row):
        if row.resent_on:
            return row.resent_on.strftime("%d-%m-%Y")
        if not may_invite or str(HalfYear.of(on)) != row.half_year:
            return "–"
        url = reverse("survey-again", args=[row.pk])
        return format_html('<a class="link" href="{}">{}</a>', url, _("Send again"))

    return [
        Column(
            "pupil",
            _("Child"),
            "trajectory__pupil_name",
            cell=lambda row: name_cell(
                row.trajectory.pupil_name,
                row.trajectory.group_label,
                reverse("trajectory-detail", args=[row.trajectory_id]),
            ),
            order="naam",
            card="name",
        ),
        Column("who", _("Who"), "giver_label"),
        Column("questions", _("Questions"), "get_informant_display"),
        Column("asked_on", _("Invited on"), "asked_on", kind="date", order="uitgenodigd"),
        Column(
            "works_until",
            _("Link works until"),
            lambda row: row.expires_on - timedelta(days=1),
            kind="date",
            cell=lambda row: link_cell(row, on),
        ),
        Column(
            "again",
            _("Second time"),
            lambda row: row.resent_on,
            kind="date",
            cell=again,
            card="next",
        ),
    ]


def link_cell(row, on):
    """The last day of the link, or that it is over."""
    if row.expires_on <= on:
        return tag(_("over"), kind="neutral")
    return (row.expires_on - timedelta(days=1)).strftime("%d-%m-%Y")


@needs(Permission.SURVEY_INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_invite(request, pk):
    """Invite somebody of one trajectory; the link stands on the answer to this post."""
    actor = request.actor
    on = today()
    rows = Trajectory.objects.visible_to(actor, CHANGE).for_detail()
    row = get_visible_or_404(request, Trajectory, pk, rows=rows)
    guardians = people.guardians_of(actor, row.pupil_id)
    choices = askable(actor, row, guardians, on)
    back = reverse("trajectory-detail", args=[row.pk])

    def save(data):
        kind, guardian = choices[data["who"]][1:]
        return invite_to_survey(actor, trajectory=row, informant=kind, guardian=guardian, on=on)[0]

    return form_page(
        request,
        InviteForm,
        save=save,
        title=_("Invite for the questions"),
        template="support/survey/invite.html",
        success_url=lambda invitation: reverse("survey-link", args=[invitation.pk]),
        draft_key=f"survey-invite.{row.pk}",
        submit_label=_("Invite"),
        form_kwargs={"choices": [(key, label) for key, (label, *_rest) in choices.items()]},
        context={"row": row, "name": row.pupil_name, "back": back, "is_empty": not choices},
    )


def askable(actor, row, guardians, on):
    """key -> (label, kind of questions, guardian): who was not invited yet in this half-year."""
    half_year = str(HalfYear.of(on))
    invited = SurveyInvitation.objects.visible_to(actor).filter(trajectory=row, half_year=half_year)
    done = {(item.informant, item.guardian_id) for item in invited}
    found = {}
    for guardian in guardians.values():
        if not guardian.is_deceased:
            label = f"{guardian.full_name} ({guardian.get_relation_display()})"
            found[str(guardian.pk)] = (label, Informant.PARENT, guardian)
    if not found:
        found["parent"] = (_("A parent"), Informant.PARENT, None)
    kind = pupil_informant(row.birth_date, on)
    if kind is not None:
        found["pupil"] = (f"{row.pupil_name} ({Informant(kind).label})", Informant(kind), None)
    return {
        key: item
        for key, item in found.items()
        if (item[1], item[2].pk if item[2] else None) not in done
    }


def own_invitation(request, pk):
    """An invitation that this person may see, with its trajectory."""
    rows = SurveyInvitation.objects.visible_to(request.actor).select_related(
        "trajectory", "provider"
    )
    return get_visible_or_404(request, SurveyInvitation, pk, rows=rows)


@needs(Permission.SURVEY_INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_link(request, pk):
    """The link of an invitation on the day on which it was given: to print, copy or mail."""
    invitation = own_invitation(request, pk)
    if today() not in (invitation.asked_on, invitation.resent_on):
        raise Http404
    guardian = people.guardians_of(request.actor, invitation.trajectory.pupil_id).get(
        invitation.guardian_id
    )
    words = {
        "url": link_url(request, invitation, guardian),
        "last_day": invitation.expires_on - timedelta(days=1),
        "asker": invitation.provider.name,
    }
    mail = mail_address(guardian)
    back = reverse("trajectory-detail", args=[invitation.trajectory_id])
    if request.method == "POST" and mail:
        mail_link(mail, {**words, "is_survey": True})
        messages.success(request, _("Link sent to %(name)s.") % {"name": invitation.giver_label})
        return redirect(back)
    context = {
        **words,
        "invitation": invitation,
        "title": _("Link for %(name)s") % {"name": progress.name_of(invitation.giver_label)},
        "name": progress.name_of(invitation.giver_label),
        "back": back,
        "mail": mail,
        "mail_label": _("Mail the link to %(address)s") % {"address": mail},
        "letter_text": _("%(asker)s asks what you think of the help at school.") % words,
        "valid_text": _("The link works until %(day)s. We do not ask your name.")
        % {"day": progress.day_full(words["last_day"]).lower()},
    }
    return render(request, "support/survey/link.html", context)


def link_url(request, invitation, guardian):
    """The address of the link, with the language of the parent where there are texts in it."""
    address = reverse("link-open", args=[link_code(invitation)])
    spoken = getattr(guardian, "language", "nl")
    query = f"?taal={spoken}" if spoken != "nl" and spoken in languages() else ""
    return request.build_absolute_uri(address + query)


@needs(Permission.SURVEY_INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_again(request, pk):
    """The same link once more: at most one time."""
    invitation = own_invitation(request, pk)
    back = reverse("survey-list")
    if request.method == "POST":
        try:
            send_survey_again(request.actor, invitation=invitation, on=today())
        except MoveRefused as refused:
            messages.error(request, refused.refusals[0].sentence)
            return redirect(back)
        return redirect("survey-link", invitation.pk)
    context = {
        "title": _("Send the link again"),
        "name": progress.name_of(invitation.giver_label),
        "back": back,
    }
    return render(request, "support/survey/again.html", context)


def survey_panel(actor, row, on):
    """What the page of a trajectory says about the questions: who was invited this half-year."""
    if not actor.may(Permission.SURVEY_INVITE):
        return None
    has_help = row.started_on is not None and row.started_on <= on
    invited = SurveyInvitation.objects.visible_to(actor).filter(trajectory=row)
    invited = invited.filter(half_year=str(HalfYear.of(on))).order_by("asked_on", "pk")
    return {
        "can_invite": has_help,
        "invited": [
            _("%(name)s, %(day)s")
            % {
                "name": progress.name_of(item.giver_label),
                "day": item.asked_on.strftime("%d-%m-%Y"),
            }
            for item in invited
        ],
        "url": reverse("survey-invite", args=[row.pk]),
    }
