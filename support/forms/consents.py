"""Forms of consent: an answer from a talk or letter, its withdrawal, its correction."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.fields import DutchDateField
from oja.core.widgets import RadioBoxes
from oja.pages.forms import PageForm
from support.forms.request import dates_quick
from support.models import AnswerForm

GIVEN, REFUSED, TALK = "given", "refused", "talk"


class HeardForm(PageForm):
    """When and how something was heard: in a talk or by letter, on a day that has come.

    `day_field` names the field of the day.
    """

    day_field = ""
    form = forms.ChoiceField(
        label=gettext_lazy("How?"),
        choices=[
            (AnswerForm.TALK, gettext_lazy("In a talk")),
            (AnswerForm.LETTER, gettext_lazy("By letter")),
        ],
        initial=AnswerForm.TALK,
        widget=RadioBoxes,
    )

    def __init__(self, *args, on=None, **kwargs):
        """`on`: the day of today."""
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields[self.day_field].today = on
        self.fields[self.day_field].widget.quick = tuple(dates_quick(on))

    def clean(self):
        """What is still to come was not heard."""
        data = super().clean()
        day = data.get(self.day_field)
        if day is not None and day > self.on:
            self.add_error(self.day_field, _("This day is still to come. Fill in an earlier day"))
        return data


class AnswerFormBase(HeardForm):
    """What somebody answered and when. The answer is never preset."""

    day_field = "answered_on"
    field_order = ("answer", "answered_on", "form", "note")
    answer = forms.ChoiceField(
        label=gettext_lazy("What is the answer?"),
        choices=[
            (GIVEN, gettext_lazy("Yes, agrees")),
            (REFUSED, gettext_lazy("No, does not agree")),
            (TALK, gettext_lazy("Wants to talk first")),
        ],
        widget=RadioBoxes,
        error_messages={"required": gettext_lazy("Choose the answer")},
    )
    answered_on = DutchDateField(
        label=gettext_lazy("When was the answer given?"),
        prefer="past",
        error_messages={"required": gettext_lazy("Choose when the answer was given")},
    )


class ConsentForm(AnswerFormBase):
    """An answer that was just heard."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ConsentCorrectionForm(AnswerFormBase):
    """The answer as it should have been recorded; the earlier version stays."""

    note = forms.CharField(
        label=gettext_lazy("What was wrong?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write in a few words what was wrong")},
    )


class WithdrawForm(PageForm):
    """The withdrawal itself: a reason is never asked of a parent."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
