"""The question about bought care behind a one-time link: for one parent, or for the pupil."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from oja.access.decorators import needs_link
from oja.access.links import forget_link
from oja.access.lookup import get_visible_or_404
from oja.core.periods import AMSTERDAM
from oja.core.workflow import MoveRefused
from support import purchases
from support.actions import answer_agreement
from support.actions.subcontracts import QuestionChanged
from support.forms.links import LinkAnswerForm
from support.models import Reason, SubcontractAgreement
from support.views import links


@links.private
@needs_link("subcontract")
@require_http_methods(["GET", "HEAD", "POST"])
def link_subcontract(request):
    """Who asks, what, why, what is shared with whom, another choice, and three equal answers."""
    link = request.actor.link
    rows = SubcontractAgreement.objects.visible_to(request.actor).select_related("provider")
    agreement = get_visible_or_404(request, SubcontractAgreement, link.target_id, rows=rows)
    is_pupil = agreement.guardian_id is None
    data = request.POST if request.method == "POST" else None
    form = LinkAnswerForm(data, is_pupil=is_pupil)
    is_changed = False
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        read = request.POST.get("gelezen")
        try:
            answer_agreement(
                request.actor,
                agreement=agreement,
                answer=answer,
                words_key=read,
                at=timezone.now(),
            )
        except QuestionChanged:
            agreement = rows.get(pk=agreement.pk)
            form, is_changed = LinkAnswerForm(is_pupil=is_pupil), True
        except MoveRefused:
            return links.closed(request)
        else:
            request.session[links.DONE] = done_of(agreement, answer)
            forget_link(request)
            return redirect("link-done")
    words = {
        "child": agreement.pupil_label,
        "provider": agreement.provider.name,
        "third": agreement.third_name,
        "goal": agreement.goal,
        "help": agreement.help_kind.lower(),
        "volume": purchases.volume_words(agreement.volume, agreement.unit),
        "start": date_format(agreement.starts_on, "j F Y"),
        "end": date_format(agreement.ends_on, "j F Y"),
        "contact": agreement.contact_name,
    }
    title, intro, lines = pupil_words(words) if is_pupil else parent_words(words)
    context = {
        "form": form,
        "title": title,
        "intro": intro,
        "rows": [
            (lines[0], why_words(agreement.reason, words, is_pupil)),
            *lines[1],
        ],
        "is_pupil": is_pupil,
        "is_changed": is_changed,
        "words_key": agreement.words_key,
        "for_words": links.for_words(agreement, {"child": agreement.pupil_label}),
        "until_words": links.until_words(link, is_pupil),
    }
    status = 409 if is_changed else 200
    return render(request, "support/link_answer.html", context, status=status)


def parent_words(words):
    """(question, what happens, (why, other lines)) to a parent."""
    return (
        pgettext("to a parent", "May %(child)s get help outside the school?") % words,
        pgettext(
            "to a parent",
            "%(provider)s wants to buy help from %(third)s: %(help)s. It is %(volume)s, from"
            " %(start)s until and including %(end)s. You decide about that.",
        )
        % words,
        (
            pgettext("to a parent", "Why?"),
            [
                (
                    pgettext("to a parent", "What does %(third)s get from us?") % words,
                    pgettext("to a parent", "Name, birth date, your phone number and the goal."),
                ),
                (
                    pgettext("to a parent", "What does the school see?"),
                    pgettext(
                        "to a parent",
                        "That this help comes, from whom and when. Not why, and not what it costs.",
                    ),
                ),
                (
                    pgettext("to a parent", "Do you want another organisation?"),
                    pgettext("to a parent", "You may choose. Ask %(contact)s about it.") % words,
                ),
            ],
        ),
    )


def pupil_words(words):
    """(question, what happens, (why, other lines)) to the pupil."""
    return (
        pgettext("to a pupil", "May you get help outside the school?"),
        pgettext(
            "to a pupil",
            "%(provider)s wants to buy help for you from %(third)s: %(help)s. It is %(volume)s,"
            " from %(start)s until and including %(end)s. You decide about that.",
        )
        % words,
        (
            pgettext("to a pupil", "Why?"),
            [
                (
                    pgettext("to a pupil", "What does %(third)s get from us?") % words,
                    pgettext("to a pupil", "Your name, birth date, phone number and the goal."),
                ),
                (
                    pgettext("to a pupil", "What does the school see?"),
                    pgettext(
                        "to a pupil",
                        "That this help comes, from whom and when. Not why, and not what it costs.",
                    ),
                ),
                (
                    pgettext("to a pupil", "Would you rather have help of somebody else?"),
                    pgettext("to a pupil", "That is possible. Ask %(contact)s about it.") % words,
                ),
            ],
        ),
    )


def why_words(reason, words, is_pupil):
    """The goal, and in plain words why the provider does not do it itself."""
    texts = {
        Reason.CAPACITY: pgettext("why", "%(provider)s has no room for this soon."),
        Reason.EXPERTISE: pgettext("why", "%(provider)s has no specialist for this."),
        Reason.PARENTS_CHOICE: pgettext("why to a pupil", "You asked for this organisation.")
        if is_pupil
        else pgettext("why", "You asked for this organisation."),
        Reason.RESIDENTIAL: pgettext("why", "For this somebody has to stay elsewhere for a while."),
        Reason.CONTINUITY: pgettext("why", "%(third)s helps already, and can go on."),
        Reason.IMPOSED: pgettext("why", "A judge decided that this help has to be given."),
    }
    goal = pgettext("why", "Goal: %(goal)s.") % {"goal": words["goal"].rstrip(".")}
    return f"{goal} {texts[Reason(reason)] % words}"


def done_of(agreement, answer):
    """What the last page tells: the proof, and nothing about the child."""
    now = timezone.now().astimezone(AMSTERDAM)
    is_pupil = agreement.guardian_id is None
    words = {"asker": agreement.provider.name, "phone": ""}
    return {
        "thanks": pgettext("to a pupil", "Your answer is kept")
        if is_pupil
        else pgettext("to a parent", "Your answer is kept"),
        "next_words": links.next_words(answer, is_pupil) % words,
        "proof": [
            (pgettext("link", "Answer"), str(links.ANSWERS[answer])),
            (pgettext("link", "Kept on"), now.strftime("%d-%m-%Y, %H.%M uur")),
            (pgettext("link", "Number"), str(agreement.pk)[:8].upper()),
        ],
        "withdraw_words": links.withdraw_words(words, is_pupil),
        "close_words": pgettext("to a pupil", "You can close this page.")
        if is_pupil
        else pgettext("link", "You can close this page."),
    }
