"""What somebody at home sees behind a one-time link: one question, no menu, no account.

Opening never uses a link up. A link that does not work (any more) gives one plain page that tells
nothing, whatever the cause.
"""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from oja.access.decorators import needs_link
from oja.access.links import check_birth_date, forget_link, link_in_session, open_link
from oja.access.lookup import get_visible_or_404
from oja.core.periods import AMSTERDAM
from oja.core.workflow import MoveRefused
from support.actions import answer_consent
from support.forms.links import BirthDateForm, LinkAnswerForm
from support.models import Consent, LinkAnswer, Purpose
from support.views.link_words import others_words

DONE = "oja_link_done"
#: The page that a link opens, by its purpose.
ANSWER_PAGES = {
    "consent": "link-answer",
    "subcontract": "link-subcontract",
    "survey": "survey-start",
}
ANSWERS = {
    LinkAnswer.YES: gettext_lazy("Yes, I agree"),
    LinkAnswer.NO: gettext_lazy("No, I do not agree"),
    LinkAnswer.TALK: gettext_lazy("I want to talk first"),
}


def private(view):
    """Never kept by a browser or a search machine, and no address sent along to another site.

    "same-origin", not "no-referrer": with the latter a browser posts the form with `Origin: null`,
    which the check of the token refuses. The code itself is gone from the address by then.
    """

    @never_cache
    def guarded(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.setdefault("Referrer-Policy", "same-origin")
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    guarded.__name__ = view.__name__
    guarded.__doc__ = view.__doc__
    for name in ("needs_permissions", "login_required"):
        if hasattr(view, name):
            setattr(guarded, name, getattr(view, name))
    return guarded


def closed(request):
    """The page for every link that does not work: it tells nothing."""
    return render(request, "support/link_closed.html", status=404)


@private
@login_not_required
@require_GET
def link_open(request, token):
    """Exchange the code in the address for a short session and a clean address."""
    opened = open_link(request, token)
    if opened is None or opened.state != "open":
        forget_link(request)
        return closed(request)
    page = "link-check" if opened.asks_birth_date else ANSWER_PAGES[opened.purpose]
    query = {"taal": request.GET["taal"]} if "taal" in request.GET else None
    answer = redirect(reverse(page, query=query))
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@private
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def link_check(request):
    """Ask the birth date of the child: a question that a stranger fails. Five tries."""
    kept = link_in_session(request)
    if kept is None:
        return closed(request)
    if kept["checked"]:
        return redirect(ANSWER_PAGES[kept["purpose"]])
    form = BirthDateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        result = check_birth_date(request, form.cleaned_data["birth_date"])
        if result == "right":
            return redirect(ANSWER_PAGES[kept["purpose"]])
        if result == "closed":
            return closed(request)
        form.add_error(None, _("This date is not right. Look again. You can try five times."))
    return render(request, "support/link_check.html", {"form": form})


@private
@needs_link("consent")
@require_http_methods(["GET", "HEAD", "POST"])
def link_answer(request):
    """The question: who asks, what, why, what is shared with whom, and three equal answers."""
    link = request.actor.link
    rows = Consent.objects.visible_to(request.actor).select_related("site", "provider")
    consent = get_visible_or_404(request, Consent, link.target_id, rows=rows)
    data = request.POST if request.method == "POST" else None
    form = LinkAnswerForm(data, is_pupil=consent.guardian_id is None)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        try:
            answer_consent(request.actor, consent=consent, answer=answer, at=timezone.now())
        except MoveRefused:
            return closed(request)
        request.session[DONE] = done_of(consent, answer)
        forget_link(request)
        return redirect("link-done")
    context = {"form": form, "link": link, "consent": consent}
    return render(request, "support/link_answer.html", context | words_of(consent, link))


@private
@login_not_required
@require_GET
def link_done(request):
    """The proof of the answer, and how to take it back."""
    done = request.session.get(DONE)
    if done is None:
        return closed(request)
    return render(request, "support/link_done.html", done)


def done_of(consent, answer):
    """What the last page tells: the proof, and nothing about the child."""
    now = timezone.now().astimezone(AMSTERDAM)
    is_pupil = consent.guardian_id is None
    words = {"asker": asker_of(consent), "phone": consent.site.phone}
    return {
        "thanks": pgettext("to a pupil", "Your answer is kept")
        if is_pupil
        else pgettext("to a parent", "Your answer is kept"),
        "next_words": next_words(answer, is_pupil) % words,
        "proof": [
            (pgettext("link", "Answer"), str(ANSWERS[answer])),
            (pgettext("link", "Kept on"), now.strftime("%d-%m-%Y, %H.%M uur")),
            (pgettext("link", "Number"), str(consent.pk)[:8].upper()),
        ],
        "withdraw_words": withdraw_words(words, is_pupil),
        "close_words": pgettext("to a pupil", "You can close this page.")
        if is_pupil
        else pgettext("link", "You can close this page."),
    }


def next_words(answer, is_pupil):
    """What happens after this answer."""
    if is_pupil:
        return {
            LinkAnswer.YES: pgettext("to a pupil", "%(asker)s hears that you agree."),
            LinkAnswer.NO: pgettext("to a pupil", "Nothing happens now. %(asker)s talks with you."),
            LinkAnswer.TALK: pgettext("to a pupil", "%(asker)s talks with you first."),
        }[answer]
    return {
        LinkAnswer.YES: pgettext("to a parent", "%(asker)s hears that you agree."),
        LinkAnswer.NO: pgettext("to a parent", "Nothing happens now. %(asker)s will call you."),
        LinkAnswer.TALK: pgettext("to a parent", "%(asker)s will call you first."),
    }[answer]


def withdraw_words(words, is_pupil):
    """How to take the answer back."""
    if is_pupil:
        return pgettext("to a pupil", "Do you want to take it back? Tell %(asker)s.") % words
    if words["phone"]:
        return (
            pgettext("to a parent", "Do you want to take it back? Call %(asker)s: %(phone)s.")
            % words
        )
    return pgettext("to a parent", "Do you want to take it back? Tell %(asker)s.") % words


def asker_of(consent):
    """In whose name is asked: the provider for help, else the school."""
    if consent.purpose in WORDS and consent.provider:
        return consent.provider.name
    return consent.site.name


def words_of(consent, link):
    """The question and its explanation, to a parent (u) or to the pupil (je)."""
    facts = {
        "child": getattr(consent, "pupil_label", "") or _("your child"),
        "school": consent.site.name,
        "provider": consent.provider.name if consent.provider else _("youth care"),
        "phone": consent.site.phone,
    }
    is_pupil = consent.guardian_id is None
    title, intro, rows = WORDS.get(consent.purpose, _share_words)(is_pupil)
    return {
        "title": title % facts,
        "intro": intro % facts,
        "rows": [(label % facts, text % facts) for label, text in rows],
        "is_pupil": is_pupil,
        "for_words": for_words(consent, facts),
        "until_words": until_words(link, is_pupil),
    }


def for_words(consent, facts):
    """For whom the question is: the label holds "mother, Emma Nijland", or the name alone."""
    relation, _comma, name = consent.giver_label.partition(", ")
    if not name:
        return pgettext("to a parent", "For %(who)s, about %(child)s") % {"who": relation, **facts}
    return pgettext("to a parent", "For %(who)s, %(relation)s of %(child)s") % {
        "who": name,
        "relation": relation,
        **facts,
    }


def until_words(link, is_pupil):
    """Until when the link works, and that an answer can be taken back."""
    last = date_format(link.expires_on - timedelta(days=1), "j F")
    text = (
        pgettext("to a pupil", "The link works until %(day)s. You can take your answer back later.")
        if is_pupil
        else pgettext(
            "to a parent", "The link works until %(day)s. You can take your answer back later."
        )
    )
    return text % {"day": last}


def _share_words(is_pupil):
    if is_pupil:
        return (
            pgettext("to a pupil", "May %(school)s share your question with %(provider)s?"),
            pgettext(
                "to a pupil",
                "%(school)s wants to ask %(provider)s for help for you. You decide together.",
            ),
            [
                (
                    pgettext("to a pupil", "Why?"),
                    pgettext(
                        "to a pupil", "Then %(provider)s can think along and help you at school."
                    ),
                ),
                (
                    pgettext("to a pupil", "What does %(provider)s get?"),
                    pgettext(
                        "to a pupil",
                        "Your name, birth date and group, and what the school wrote about it.",
                    ),
                ),
                (
                    pgettext("to a pupil", "Who sees it?"),
                    pgettext(
                        "to a pupil",
                        "The people of %(provider)s who work at your school. Nobody else.",
                    ),
                ),
                (
                    pgettext("to a pupil", "Would you rather have help of somebody else?"),
                    pgettext("to a pupil", "That is possible. Tell it at school."),
                ),
            ],
        )
    return (
        pgettext("to a parent", "May %(school)s share the question about %(child)s?"),
        pgettext(
            "to a parent",
            "%(school)s wants to ask %(provider)s for help for %(child)s. You decide about that.",
        ),
        [
            (
                pgettext("to a parent", "Why?"),
                pgettext("to a parent", "Then %(provider)s can think along and help at school."),
            ),
            (
                pgettext("to a parent", "What does %(provider)s get from us?"),
                pgettext(
                    "to a parent",
                    "Name, birth date, group, your phone number and what the school wrote.",
                ),
            ),
            (
                pgettext("to a parent", "Who sees it?"),
                pgettext(
                    "to a parent",
                    "The care workers of %(provider)s at this school. The municipality does not.",
                ),
            ),
            (
                pgettext("to a parent", "Do you want another organisation?"),
                pgettext("to a parent", "You may choose. Ask %(school)s about it."),
            ),
        ],
    )


def _help_words(is_pupil):
    if is_pupil:
        return (
            pgettext("to a pupil", "May %(provider)s help you?"),
            pgettext(
                "to a pupil", "%(provider)s wants to help you at %(school)s. You decide together."
            ),
            [
                (
                    pgettext("to a pupil", "What happens?"),
                    pgettext("to a pupil", "You make a plan together. You say what you want."),
                ),
                (
                    pgettext("to a pupil", "What does %(provider)s write down?"),
                    pgettext(
                        "to a pupil", "What you agree and what you talk about. You may read it."
                    ),
                ),
                (
                    pgettext("to a pupil", "What does the school see?"),
                    pgettext("to a pupil", "Only what you agreed to share. Not what you tell."),
                ),
                (
                    pgettext("to a pupil", "Would you rather have help of somebody else?"),
                    pgettext("to a pupil", "That is possible. Tell it at school."),
                ),
            ],
        )
    return (
        pgettext("to a parent", "May %(provider)s help %(child)s?"),
        pgettext(
            "to a parent",
            "%(provider)s wants to help %(child)s at %(school)s. You decide about that.",
        ),
        [
            (
                pgettext("to a parent", "What happens?"),
                pgettext("to a parent", "We make a plan together with you and %(child)s."),
            ),
            (
                pgettext("to a parent", "What does %(provider)s write down?"),
                pgettext("to a parent", "What we agree and what we talk about. You may read it."),
            ),
            (
                pgettext("to a parent", "What does the school see?"),
                pgettext("to a parent", "Only what we agreed to share. Not what you tell us."),
            ),
            (
                pgettext("to a parent", "Do you want another organisation?"),
                pgettext("to a parent", "You may choose. Ask %(school)s about it."),
            ),
        ],
    )


WORDS = {Purpose.HELP: _help_words, Purpose.OTHERS_PRESENT: others_words}
