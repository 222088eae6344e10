"""Forms behind a one-time link: the birth date of the child, and the answer."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from oja.core.widgets import RadioBoxes
from oja.pages.forms import PageForm
from support.models import LinkAnswer


class BirthDateForm(PageForm):
    """Three fields, because that is how people who fill in few forms write a date."""

    day = forms.IntegerField(label=gettext_lazy("Day"), min_value=1, max_value=31)
    month = forms.IntegerField(label=gettext_lazy("Month"), min_value=1, max_value=12)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1990, max_value=2100)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = {"day": _("day"), "month": _("month"), "year": _("year")}
        for name, length in (("day", 2), ("month", 2), ("year", 4)):
            field = self.fields[name]
            field.error_messages["required"] = _("Fill in the %(part)s") % {"part": names[name]}
            field.error_messages["invalid"] = field.error_messages["required"]
            field.widget = forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": length}
            )

    def clean(self):
        """The three numbers as one date in `birth_date`."""
        data = super().clean()
        if {"day", "month", "year"} <= set(data):
            try:
                data["birth_date"] = date(data["year"], data["month"], data["day"])
            except ValueError:
                raise forms.ValidationError(_("This day does not exist. Look again.")) from None
        return data


class LinkAnswerForm(PageForm):
    """Three equal answers; none of them preset, because consent is never a default."""

    answer = forms.ChoiceField(
        label=gettext_lazy("What is your answer?"),
        widget=RadioBoxes(shape="wide"),
        error_messages={"required": pgettext_lazy("to a parent", "Choose an answer")},
    )

    def __init__(self, *args, is_pupil=False, **kwargs):
        """`is_pupil`: speak to the pupil instead of a parent."""
        super().__init__(*args, **kwargs)
        field = self.fields["answer"]
        field.choices = [
            (LinkAnswer.YES, _("Yes, I agree")),
            (LinkAnswer.NO, _("No, I do not agree")),
            (LinkAnswer.TALK, _("I want to talk first")),
        ]
        if is_pupil:
            field.label = pgettext("to a pupil", "What is your answer?")
        else:
            field.label = pgettext("to a parent", "What is your answer?")
