"""The questions behind a survey link: one per screen, nothing personal, no account.

Stopping is always possible: what was chosen is kept, sealed, until it is sent or the link ends.
"""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from oja.access.links import forget_link
from oja.access.permissions import Permission
from support.actions.survey import (
    is_complete,
    keep_survey_answer,
    send_survey_answers,
    survey_progress,
)
from support.models import SurveyRound
from support.models.survey import REMARK_LENGTH
from support.survey_texts import language, languages
from support.views.links import closed, private

LANGUAGE = "survey_language"
DONE = "survey_done"
DONT_KNOW = "none"


def with_survey_link(view):
    """Let through whoever came with a survey link; who sent already is thanked again."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        actor = request.actor
        if actor.kind == "link" and actor.link.purpose == "survey":
            code = request.GET.get("taal")
            if code in languages():
                request.session[LANGUAGE] = code
                return redirect(request.path)
            return view(request, *args, **kwargs)
        return redirect("survey-thanks") if DONE in request.session else closed(request)

    checked.needs_permissions = (Permission.LINK_ANSWER,)
    return login_not_required(checked)  # somebody with a link has no account


def frame(request, spoken, informant, **context):
    """What every screen shows: language, direction, and whether the words were reviewed."""
    return {
        "spoken": spoken,
        "say": spoken.words,
        "words": spoken.of[informant].words,
        "informant": informant,
        "others": [item for item in languages().values() if item.code != spoken.code],
        "is_rtl": spoken.direction == "rtl",
        **context,
    }


class Sitting:
    """One visit: the round of the link, the questions in the chosen language, what is filled in."""

    def __init__(self, request):
        self.request = request
        rows = SurveyRound.objects.visible_to(request.actor).select_related("provider")
        self.round = rows.first()
        if self.round is None:
            raise Http404
        self.spoken = language(request.session.get(LANGUAGE))
        self.questions = self.spoken.of[self.round.informant].questions
        self.answers = survey_progress(request.actor)

    @property
    def first_open(self):
        """Number of the first question without an answer; one more than there are when all have."""
        for number, question in enumerate(self.questions, start=1):
            if question.key not in self.answers:
                return number
        return len(self.questions) + 1

    def url(self, number):
        """The address of a question, or of the last screen after the questions."""
        if number > len(self.questions):
            return reverse("survey-check")
        return reverse("survey-question", args=[number])

    def context(self, **more):
        """The context of a screen of this visit."""
        provider = self.round.provider.name
        spoken = self.spoken
        more["about"] = spoken.words["about"].format(provider=provider)
        return frame(self.request, spoken, self.round.informant, provider=provider, **more)


@private
@with_survey_link
@require_GET
def survey_start(request):
    """Begin, or go on where somebody stopped."""
    sitting = Sitting(request)
    return redirect(sitting.url(sitting.first_open))


@private
@with_survey_link
@require_http_methods(["GET", "HEAD", "POST"])
def survey_question(request, number):
    """One question, large, with four faces, ten marks or a field for text."""
    sitting = Sitting(request)
    if not 1 <= number <= len(sitting.questions):
        raise Http404
    if number > sitting.first_open:
        return redirect(sitting.url(sitting.first_open))
    question = sitting.questions[number - 1]
    error = ""
    typed = sitting.answers.get(question.key)
    if request.method == "POST":
        typed = request.POST.get("answer", "")
        value, error = read_answer(sitting, question, typed)
        if not error:
            try:
                keep_survey_answer(request.actor, key=question.key, value=value)
            except ValidationError as problem:
                error = problem.messages[0]
            else:
                return redirect(sitting.url(number + 1))
    return render(
        request,
        "support/survey/question.html",
        sitting.context(
            question=question,
            number=number,
            total=len(sitting.questions),
            count=sitting.spoken.words["count"].format(number=number, total=len(sitting.questions)),
            choices=choices_of(question),
            chosen=chosen_of(sitting, question, typed),
            error=error,
            steps=[step <= number for step in range(1, len(sitting.questions) + 1)],
            back_url=sitting.url(number - 1) if number > 1 else "",
            remark_length=REMARK_LENGTH,
        ),
        status=422 if error else 200,
    )


def read_answer(sitting, question, typed):
    """(value, error) of what was posted: a number, a text, or None for "I do not know"."""
    if question.kind == "text":
        if len(typed) > REMARK_LENGTH:
            return None, sitting.spoken.words["too_long"]
        return typed, ""
    if typed == DONT_KNOW:
        return None, ""
    if typed in {str(score) for score, _words in question.choices}:
        return int(typed), ""
    return None, sitting.spoken.words["choose"]


def choices_of(question):
    """Value, words and face of each answer."""
    if question.kind == "text":
        return []
    return [
        {"value": str(score), "words": words, "face": f"face-{score}"}
        for score, words in question.choices
    ]


def chosen_of(sitting, question, typed):
    """What stands in the form: what was posted, else what was kept before; nothing is preset."""
    if isinstance(typed, int):
        return str(typed)
    if typed is None:
        return DONT_KNOW if question.key in sitting.answers and question.kind != "text" else ""
    return typed


@private
@with_survey_link
@require_http_methods(["GET", "HEAD", "POST"])
def survey_check(request):
    """The last screen: who sees what, and sending."""
    sitting = Sitting(request)
    if not is_complete(sitting.round.informant, sitting.answers):
        return redirect(sitting.url(sitting.first_open))
    if request.method == "POST":
        informant = sitting.round.informant
        send_survey_answers(request.actor)
        forget_link(request)
        request.session[DONE] = informant
        return redirect("survey-thanks")
    words = sitting.spoken.of[sitting.round.informant].words
    lines = [line.format(provider=sitting.round.provider.name) for line in words["check"]]
    return render(
        request,
        "support/survey/check.html",
        sitting.context(
            lines=lines,
            steps=[True] * len(sitting.questions),
            back_url=sitting.url(len(sitting.questions)),
            again_url=sitting.url(1),
        ),
    )


@private
@login_not_required
@require_GET
def survey_thanks(request):
    """The end: nothing on it says what was answered."""
    informant = request.session.get(DONE)
    if informant is None:
        return closed(request)
    code = request.GET.get("taal")
    if code in languages():
        request.session[LANGUAGE] = code
        return redirect(request.path)
    spoken = language(request.session.get(LANGUAGE))
    return render(request, "support/survey/thanks.html", frame(request, spoken, informant))
