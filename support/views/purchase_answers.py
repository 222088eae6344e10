"""What family and school say to bought care: recorded, asked by link, answered, reminded."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission, Role
from oja.core.periods import today
from oja.core.workflow import MoveRefused, Refusal
from oja.pages.forms import form_page
from oja.pages.refused import refused_page
from support.actions import (
    answer_for_school,
    ask_agreement_by_link,
    record_agreement,
    remind_school,
)
from support.forms.purchases import PurchaseAnswerForm, SchoolAnswerForm
from support.models import SchoolAnswer, Subcontract, SubcontractState
from support.views import answers
from support.views import subcontract_words as words
from support.views.consents import link_words, mail_address, mail_link, person_of
from support.views.keys import acts_elsewhere


@needs(Permission.CONSENT_RECORD)
def subcontract_agreement(request, pk):
    """The answer of one person (`?wie=`) to bought care: heard in a talk, or asked by link."""
    rows = Subcontract.objects.visible_to(request.actor).for_detail()
    row = get_visible_or_404(request, Subcontract, pk, rows=rows)
    if refusal := acts_elsewhere(request, Role.CARE_WORKER, "caseload", row.trajectory_id):
        return refusal
    if "wie" not in request.GET:
        return redirect(words.detail_url(row))
    guardian, name = person_of(request, row.pupil_id, row.pupil_name)
    if request.GET.get("manier") == "link":
        return link_page(request, row, guardian, name)
    back = words.detail_url(row)

    def save(data):
        return record_agreement(
            request.actor, subcontract=row, guardian=guardian, on=today(), **data
        )

    who = guardian.pk if guardian else "pupil"
    return answers.heard_page(
        request,
        PurchaseAnswerForm,
        save=save,
        name=name,
        template="support/small_form.html",
        back=back,
        draft_key=f"subcontract-agreement.{row.pk}-{who}",
        context={"intro": words.title_of(row), "crumbs": crumbs(row, name)},
    )


def crumbs(row, here):
    """The way back to the order."""
    return [
        (_("Bought care"), reverse("subcontract-list")),
        (words.title_of(row), words.detail_url(row)),
        (here, ""),
    ]


def link_page(request, row, guardian, name):
    """Make a link for one person, or mail it."""

    def make():
        agreement, link, token = ask_agreement_by_link(
            request.actor, subcontract=row, guardian=guardian, on=today()
        )
        return link_words(request, agreement, link, token)

    return answers.link_page(
        request,
        make=make,
        mail=(mail_address(guardian), mail_link),
        name=name,
        facts=words.title_of(row),
        back=words.detail_url(row),
        letter=_("%(asker)s asks for your answer about help."),
    )


@needs(Permission.SUBCONTRACT_PROPOSE)
@require_POST
def subcontract_remind(request, pk):
    """Put the open question on top of the tasks of the school again."""
    row = get_visible_or_404(request, Subcontract, pk)
    try:
        remind_school(request.actor, subcontract=row, on=today())
    except MoveRefused as problem:
        return refused_page(request, problem, title=_("Send a reminder"))
    messages.success(request, _("The school is reminded."), extra_tags="toast")
    return redirect(words.detail_url(row))


# --- The school ---------------------------------------------------------------------------------


@needs(Permission.SUBCONTRACT_ANSWER)
def school_answer(request, pk):
    """What is bought for a pupil, as far as the school may know, and the answer of the school."""
    rows = SchoolAnswer.objects.visible_to(request.actor).select_related("site", "provider")
    row = get_visible_or_404(request, SchoolAnswer, pk, rows=rows)
    if refusal := acts_elsewhere(request, Role.SCHOOL_COORDINATOR, "sites", row.site_id):
        return refusal
    on = today()
    back = reverse("trajectory-detail", args=[row.trajectory_id])
    context = {
        "row": row,
        "facts_rows": school_rows(row),
        "back": back,
        "crumbs": [
            (_("Requests"), reverse("request-list")),
            (row.pupil_name, back),
            (_("Help outside the school"), ""),
        ],
        "intro": _("For %(name)s, by %(provider)s")
        % {"name": row.pupil_name, "provider": row.provider.name},
        "state_tag": words.state_tag(words.Stand(row.subcontract_state)),
        "title": _("%(help)s at %(third)s") % {"help": row.help_kind, "third": row.third_name},
    }
    if row.subcontract_state != SubcontractState.ASKED:
        if request.method == "POST":
            sentence = _("The provider has decided already")
            problem = MoveRefused([Refusal(sentence)], row)
            return refused_page(request, problem, title=context["title"])
        return render(request, "support/school_answer.html", context)

    def save(data):
        read = request.POST.get("_version") or None
        return answer_for_school(request.actor, school_answer=row, words_key=read, on=on, **data)

    return form_page(
        request,
        SchoolAnswerForm,
        save=save,
        title=context.pop("title"),
        template="support/school_answer_form.html",
        success_url=back,
        draft_key=f"school-answer.{row.pk}",
        submit_label=_("Send the answer"),
        form_kwargs={"initial": {"answer": row.answer, "remark": row.remark}},
        done=_("Your answer is kept. %(provider)s sees it now.") % {"provider": row.provider.name},
        context=context,
        version=row.words_key,
    )


def school_rows(row):
    """(label, value) of what the school may know: what, from whom, when. Not why, not how much."""
    answered = ""
    if row.answer:
        answered = f"{row.get_answer_display()}, {words.full(row.answered_on)}"
    found = [
        (_("Which help"), row.help_kind),
        (_("By whom"), row.third_name),
        (
            _("When"),
            _("from %(start)s until and including %(end)s")
            % {"start": words.full(row.starts_on), "end": words.full(row.ends_on)},
        ),
        (_("Asked on"), words.full(row.asked_on)),
        (_("Answer of the school"), answered),
        (_("Remark"), row.remark),
    ]
    return words.filled(found)
