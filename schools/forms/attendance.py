"""Forms of absence: record and correct a spell, the next step, the end."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.fields import DutchDateField
from oja.core.widgets import RadioBoxes, Segments
from oja.pages.forms import PageModelForm
from schools.forms.pupil import NOT_KNOWN, capital_choices
from schools.models import AttendanceSpell

Kind = AttendanceSpell.Kind
TODAY = [("vandaag", gettext_lazy("Today")), ("gisteren", gettext_lazy("Yesterday"))]
KIND_HINTS = {
    Kind.UNLAWFUL: gettext_lazy("Stays away, or on holiday without leave"),
    Kind.ILL: gettext_lazy("Only that the pupil is ill, not of what"),
    Kind.CUSTOM: gettext_lazy("Agreed with parents and the school attendance officer"),
    Kind.EXEMPT: gettext_lazy("The municipality decided; only kind and period"),
    Kind.ABSOLUTE: gettext_lazy("Left this school and goes nowhere"),
}
PARTS = {
    0: gettext_lazy("Does not come at all"),
    10: gettext_lazy("Hardly: about 10 percent"),
    25: gettext_lazy("About a quarter"),
    50: gettext_lazy("About half"),
    75: gettext_lazy("About three quarters"),
    90: gettext_lazy("Nearly always: misses some hours"),
}


class StepFields(forms.Form):
    """What happens next, and when."""

    next_step = forms.CharField(
        label=gettext_lazy("What is the next step?"),
        help_text=gettext_lazy("One sentence, such as: talk with parents and the doctor of youth."),
        max_length=200,
        widget=forms.TextInput(attrs={"data-audience": gettext_lazy("School only")}),
    )
    next_step_on = DutchDateField(label=gettext_lazy("On which day?"), prefer="future")

    def check_step(self):
        """A step and its date belong together, also where neither is needed."""
        step, day = self.cleaned_data.get("next_step"), self.cleaned_data.get("next_step_on")
        if day and not step and "next_step" not in self.errors:
            self.add_error("next_step", _("Write down what the next step is."))
        if step and not day and "next_step_on" not in self.errors:
            self.add_error("next_step_on", _("Choose the day of the next step."))


class SpellForm(StepFields, PageModelForm):
    """A spell of absence, as little as is needed."""

    valid_from = DutchDateField(label=gettext_lazy("Since when?"), prefer="past", quick=TODAY)
    valid_until = DutchDateField(
        label=gettext_lazy("Back since"),
        help_text=gettext_lazy("The first day at school again. Leave empty while it lasts."),
        required=False,
    )
    percent_present = forms.TypedChoiceField(
        label=gettext_lazy("How much is the pupil at school?"), coerce=int
    )
    hours = forms.DecimalField(
        label=gettext_lazy("Missed hours in all"),
        help_text=gettext_lazy("Empty: 5 hours for every school day."),
        min_value=0,
        max_value=2000,
        decimal_places=2,
        localize=True,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "data-size": "short"}),
    )

    class Meta:
        model = AttendanceSpell
        fields = (
            "kind",
            "valid_from",
            "valid_until",
            "percent_present",
            "hours",
            "reason",
            "attends_by_plan",
        )
        widgets = {"kind": RadioBoxes(hints=KIND_HINTS, shape="wide")}
        labels = {
            "reason": gettext_lazy("What does it wait for?"),
            "attends_by_plan": gettext_lazy("Could come, at least in part, by the plan"),
        }
        help_texts = {
            "reason": gettext_lazy("Not for illness or exemption. Never a diagnosis."),
            "attends_by_plan": gettext_lazy(
                "For a pupil who is ill: who can come by the plan counts as at home."
            ),
        }

    field_order = (
        "kind",
        "valid_from",
        "valid_until",
        "percent_present",
        "hours",
        "reason",
        "attends_by_plan",
        "next_step",
        "next_step_on",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        capital_choices(self.fields["kind"])
        capital_choices(self.fields["reason"], NOT_KNOWN)
        known = self.instance.percent_present
        words = dict(PARTS)
        if known not in words:
            words[known] = _("%(part)s percent") % {"part": known}
        self.fields["percent_present"].choices = sorted(words.items())
        # What is over, and what the municipality decided, asks for no next step.
        if self.data.get("valid_until") or self.data.get("kind") == Kind.EXEMPT:
            self.fields["next_step"].required = self.fields["next_step_on"].required = False
        if not self.instance._state.adding:
            self.initial["next_step"] = self.instance.next_step
            self.initial["next_step_on"] = self.instance.next_step_on

    def clean(self):
        """The end is not before the start."""
        data = super().clean()
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("The end is before the start. Choose a later date."))
        self.check_step()
        if "percent_present" in data:
            data["is_full"] = data["percent_present"] == 0
        return data


class CorrectSpellForm(SpellForm):
    """The same, with what is known later: the report and the offer."""

    reported_on = DutchDateField(
        label=gettext_lazy("Reported to DUO on"), prefer="past", required=False
    )
    offer_on = DutchDateField(
        label=gettext_lazy("Suitable offer since"),
        help_text=gettext_lazy("A plan, somebody who does it, and a date on which it starts."),
        required=False,
    )

    class Meta(SpellForm.Meta):
        fields = (*SpellForm.Meta.fields, "reported_on", "offer_on", "offer_party")
        labels = SpellForm.Meta.labels | {"offer_party": gettext_lazy("Who does what was offered?")}

    field_order = (*SpellForm.field_order, "reported_on", "offer_on", "offer_party")

    def clean(self):
        """Whoever offers something does so from a date."""
        data = super().clean()
        if data.get("offer_party") and not data.get("offer_on") and "offer_on" not in self.errors:
            self.add_error("offer_on", _("Say since when there is an offer."))
        return data


class StepForm(StepFields, PageModelForm):
    """One step on the way back to school."""

    class Meta:
        model = AttendanceSpell
        fields = ("rung", "next_step", "next_step_on")
        widgets = {"rung": RadioBoxes}
        labels = {"rung": gettext_lazy("Where does it stand?")}

    field_order = ("rung", "next_step", "next_step_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        capital_choices(self.fields["rung"])


class EndSpellForm(PageModelForm):
    """Since when it is over, and whether the pupil is back."""

    valid_until = DutchDateField(
        label=gettext_lazy("Since when is it over?"),
        help_text=gettext_lazy("The first day that no longer belongs to it."),
        prefer="past",
        quick=TODAY[:1],
    )
    returned = forms.TypedChoiceField(
        label=gettext_lazy("Is the pupil back at school?"),
        choices=((True, gettext_lazy("Yes")), (False, gettext_lazy("No"))),
        coerce=lambda value: value == "True",
        widget=Segments,
    )

    class Meta:
        model = AttendanceSpell
        fields = ("valid_until", "returned")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.valid_until is None:
            self.initial.pop("returned", None)

    def clean_valid_until(self):
        """Not before it began."""
        day = self.cleaned_data["valid_until"]
        if day < self.instance.valid_from:
            raise forms.ValidationError(_("The end is before the start. Choose a later date."))
        return day


def kind_words(kind):
    """The kind of a spell as a word that stands alone."""
    return capfirst(str(Kind(kind).label))
