"""The one form of a hulpvraag: the talk, the question and the consent to share."""

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.fields import DutchDateField
from oja.core.widgets import OptionBoxes, RadioBoxes, Segments
from oja.pages.forms import PageForm
from support.models import Topic, Urgency

TALK, LINK, NO = "talk", "link", "no"
MAX_TOPICS = 3
QUESTION_LENGTH = 600
#: Topics that are shown at once; the rest folds out.
SHOWN_TOPICS = 7


@dataclass(frozen=True)
class Giver:
    """One person whose consent the age rule asks; `key` is a guardian's id or "pupil"."""

    key: str
    name: str
    relation: str
    contact: str = ""

    @property
    def field(self):
        """Name of the consent field of this person."""
        return f"consent_{self.key.replace('-', '')}"


def dates_quick(on):
    """The two days on which most talks were."""
    yesterday = date_format(on - timedelta(days=1), "j F")
    return [
        ("vandaag", _("Today")),
        ("gisteren", _("Yesterday, %(day)s") % {"day": yesterday}),
    ]


class RequestForm(PageForm):
    """Eight questions at most; with `complete=False` a concept keeps whatever is there.

    The consent rows are made from `givers`: one field per person who must agree, nothing preset,
    because an answer that matters in law is never a default.
    """

    # The browser would mark an empty box as wrong before anybody typed.
    use_required_attribute = False

    talk_with = forms.MultipleChoiceField(
        label=gettext_lazy("Who was spoken with?"),
        widget=OptionBoxes,
        error_messages={"required": gettext_lazy("Choose who was spoken with")},
    )
    talk_on = DutchDateField(
        label=gettext_lazy("When?"),
        prefer="past",
        error_messages={"required": gettext_lazy("Choose when the talk was")},
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("What is it about?"),
        help_text=gettext_lazy("Choose one to three"),
        choices=Topic.choices,
        widget=OptionBoxes(visible=SHOWN_TOPICS),
        error_messages={"required": gettext_lazy("Choose one to three topics")},
    )
    question = forms.CharField(
        label=gettext_lazy("What happens at school?"),
        help_text=gettext_lazy(
            "Write what you see and what you want to reach. Write no diagnosis and nothing about"
            " home: the care worker talks about that with the family."
        ),
        max_length=QUESTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write what happens at school")},
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("How soon is help needed?"),
        choices=[
            (Urgency.NORMAL, gettext_lazy("Normal: discuss in the next support team")),
            (Urgency.URGENT, gettext_lazy("Urgent: within 2 days")),
        ],
        widget=RadioBoxes,
    )

    def __init__(
        self,
        *args,
        talkers=(),
        givers=(),
        payer=None,
        provider="",
        audience="",
        on=None,
        complete=True,
        **kwargs,
    ):
        """`talkers`: (key, label) pairs; `givers`: Giver rows; `payer`: who pays for the help;
        `provider`: name of who will
        help; `audience`: who reads the question; `on`: the day of today."""
        super().__init__(*args, **kwargs)
        self.on = on
        self.payer = payer
        self.provider = provider
        self.givers = list(givers)
        self.fields["talk_with"].choices = list(talkers)
        self.fields["question"].widget.attrs["data-audience"] = audience
        self.fields["talk_on"].today = on
        self.fields["talk_on"].widget.quick = tuple(dates_quick(on))
        for giver in self.givers:
            self.fields[giver.field] = forms.ChoiceField(
                label=giver.name,
                choices=[(TALK, _("Yes, in a talk")), (LINK, _("Send a link")), (NO, _("No"))],
                widget=Segments(icons={TALK: "check", LINK: "send"}),
                required=False,
            )
        if not complete:
            for field in self.fields.values():
                field.required = False

    def clean_topics(self):
        """One to three topics: more is no choice."""
        topics = self.cleaned_data["topics"]
        if len(topics) > MAX_TOPICS:
            raise forms.ValidationError(_("Choose at most three topics"), code="too_many")
        return topics

    def clean_talk_on(self):
        """A talk that is still to come was not held."""
        talk_on = self.cleaned_data["talk_on"]
        if talk_on and talk_on > self.on:
            raise forms.ValidationError(_("This day is still to come. Fill in an earlier day"))
        return talk_on

    def consent_rows(self):
        """(Giver, bound field) of part 4."""
        return [(giver, self[giver.field]) for giver in self.givers]

    def checklist(self):
        """What is ready and what is not, for the list beside the form."""
        return [
            {"met": self.payer.funded, "label": self.payer.sentence},
            self._item("talk_with", _("Talk recorded"), _("Record who was spoken with")),
            self._item("topics", _("Topic chosen"), _("Choose a topic")),
            self._item("question", _("Question written"), _("Write what happens at school")),
            *[self._consent_item(giver) for giver in self.givers],
        ]

    def _item(self, name, done, to_do):
        return (
            {"met": True, "label": done}
            if self[name].value()
            else {"met": False, "sentence": to_do}
        )

    def _consent_item(self, giver):
        answer = self[giver.field].value()
        words = {"name": giver.name, "provider": self.provider}
        if answer == TALK:
            return {"met": True, "label": _("%(name)s agrees") % words}
        if answer == NO:
            sentence = _("%(name)s says no") % words
            text = _("You may submit. The request then stays at school.")
        else:
            sentence = _("%(name)s has to agree") % words
            text = _("You may submit. %(provider)s sees the request only after that.") % words
        return {"met": False, "sentence": sentence, "text": text}
