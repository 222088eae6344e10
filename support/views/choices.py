"""Keuze van ouders: the wish for another provider, with an answer before a date."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission
from oja.core.export import Column
from oja.core.periods import today
from oja.core.templatetags.ui.text import tag
from oja.pages.forms import form_page
from oja.pages.lists import EmptyText, list_page
from support import facts
from support.actions import answer_choice, record_choice
from support.consent_rules import may_answer
from support.forms.purchases import ChoiceAnswerForm, ChoiceForm
from support.models import ChoiceRequest
from support.views import subcontract_words as words
from support.views.proposals import case_of
from support.views.request_rows import name_cell

COLUMNS = (
    Column(
        "pupil",
        gettext_lazy("Pupil"),
        "pupil_name",
        cell=lambda row: name_cell(row.pupil_name, "", row.get_absolute_url()),
        order="naam",
        card="name",
    ),
    Column("who", gettext_lazy("Asked by"), "asked_by_label"),
    Column("asked", gettext_lazy("Asked on"), "asked_on", kind="date", order="gevraagd"),
    Column("due", gettext_lazy("Answer before"), "answer_due_on", kind="date", order="voor"),
    Column(
        "outcome",
        gettext_lazy("Outcome"),
        "get_outcome_display",
        cell=lambda row: outcome_cell(row, today()),
        card="state",
    ),
)


def outcome_cell(row, on):
    """The outcome; without one how long the answer may take, or how late it is."""
    if row.outcome:
        return tag(row.get_outcome_display(), "ok")
    late = (on - row.answer_due_on).days
    if late > 0:
        text = ngettext("%(number)s day late", "%(number)s days late", late) % {"number": late}
        return tag(text, "crit", "clock-alert")
    return tag(_("Waits for an answer"), "att")


@needs(Permission.TRAJECTORY_CHANGE)
def choice_list(request):
    """All wishes for another provider that this person may see; the open ones first."""
    return list_page(
        request,
        ChoiceRequest.objects.visible_to(request.actor),
        title=_("Choice of parents"),
        noun=(_("request"), _("requests")),
        columns=COLUMNS,
        orderings={
            "voor": ("outcome", "answer_due_on"),
            "naam": ("pupil_name",),
            "gevraagd": ("-asked_on",),
        },
        search="pupil_name",
        what="choices",
        row_url=lambda row: row.get_absolute_url(),
        template="support/list.html",
        rows_template="support/list_rows.html",
        breadcrumb=[(_("Bought care"), reverse("subcontract-list")), (_("Choice of parents"), "")],
        context={"note": ""},
        empty=EmptyText(nothing_yet=_("No requests.")),
    )


@needs(Permission.TRAJECTORY_CHANGE)
def choice_create(request):
    """Record that a parent or the pupil wants another provider (`?traject=`)."""
    actor, on = request.actor, today()
    case = case_of(request)
    back = reverse("trajectory-detail", args=[case.pk])

    def save(data):
        data["guardian"] = data.pop("who")
        return record_choice(actor, trajectory=case, on=on, **data)

    return form_page(
        request,
        ChoiceForm,
        save=save,
        title=_("Record the choice of parents"),
        template="support/small_form.html",
        success_url=lambda row: row.get_absolute_url(),
        draft_key=f"choice-new.{case.pk}",
        submit_label=_("Record"),
        form_kwargs={"people": people_of(actor, case, on)},
        done=_("Recorded. The help goes on; the family hears an answer."),
        context={
            "intro": _("For %(name)s. The help does not stop for this.")
            % {"name": case.pupil_name},
            "back": back,
            "crumbs": [
                (_("Trajectories"), reverse("trajectory-list")),
                (case.pupil_name, back),
                (_("Choice of parents"), ""),
            ],
        },
    )


def people_of(actor, case, on):
    """(guardian or None for the pupil, label): parents, and a pupil from twelve on."""
    guardians = [each for each in facts.guardians_of(actor, case.pupil_id) if not each.is_deceased]
    found = [(each, facts.guardian_label(each)) for each in guardians]
    if may_answer(case.birth_date, on) or not found:
        found.append((None, case.pupil_name))
    return found


@needs(Permission.TRAJECTORY_CHANGE)
def choice_detail(request, pk):
    """One wish for another provider, and its answer."""
    actor, on = request.actor, today()
    row = get_visible_or_404(request, ChoiceRequest, pk)
    trajectory = reverse("trajectory-detail", args=[row.trajectory_id])
    context = {
        "row": row,
        "facts_rows": words.filled(
            [
                (_("Pupil"), row.pupil_name),
                (_("Asked by"), row.asked_by_label),
                (_("Asked on"), words.full(row.asked_on)),
                (_("What they want"), row.wish),
                (_("Answer before"), words.full(row.answer_due_on)),
                (_("Outcome"), row.get_outcome_display()),
                (_("Answered on"), words.full(row.answer_on) if row.answer_on else ""),
                (_("Note"), row.note),
            ]
        ),
        "mark": outcome_cell(row, on),
        "back": reverse("choice-list"),
        "crumbs": [
            (_("Choice of parents"), reverse("choice-list")),
            (row.pupil_name, trajectory),
            (_("Another provider"), ""),
        ],
        "propose_url": f"{reverse('subcontract-create')}?traject={row.trajectory_id}"
        if actor.may(Permission.SUBCONTRACT_PROPOSE)
        else "",
    }
    if row.answer_on is not None and request.method != "POST":
        return render(request, "support/choice_detail.html", context | {"title": row.pupil_name})

    def save(data):
        return answer_choice(actor, choice=row, on=on, **data)

    return form_page(
        request,
        ChoiceAnswerForm,
        save=save,
        title=_("Another provider for %(name)s") % {"name": row.pupil_name},
        template="support/choice_form.html",
        success_url=reverse("choice-list"),
        draft_key=f"choice-answer.{row.pk}",
        submit_label=_("Record the answer"),
        done=_("Answer recorded."),
        context=context,
    )
