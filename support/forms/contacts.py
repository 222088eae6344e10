"""Forms of contact: how long, where, with whom, and a note with its audience."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.fields import DutchDateField
from oja.core.widgets import OptionBoxes, RadioBoxes, Segments
from oja.pages.forms import PageForm
from support.models import ContactOutcome, Form, NoteKind, Place

MINUTES = ("15", "30", "45", "60")
OTHER = "other"
CARE, SCHOOL = "care", "school"
PLACE_ICONS = {
    Place.SCHOOL.value: "school",
    Place.HOME.value: "house",
    Place.AFTER_SCHOOL.value: "sun",
    Place.ONLINE.value: "video",
    Place.ELSEWHERE.value: "map-pin",
}


class ContactForm(PageForm):
    """One contact. Everything is prefilled from the provision; the audience is the narrowest."""

    length = forms.ChoiceField(
        label=gettext_lazy("How long?"),
        help_text=gettext_lazy("minutes"),
        widget=RadioBoxes(shape="tiles"),
        error_messages={"required": gettext_lazy("Choose how long it took")},
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Other number of minutes"), min_value=1, max_value=600, required=False
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Where?"),
        choices=Place.choices,
        widget=RadioBoxes(shape="tiles", icons=PLACE_ICONS),
    )
    people = forms.MultipleChoiceField(
        label=gettext_lazy("Who were there?"),
        widget=OptionBoxes,
        error_messages={"required": gettext_lazy("Choose who were there")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read the note?"),
        choices=[(CARE, gettext_lazy("Youth care only")), (SCHOOL, gettext_lazy("School too"))],
        widget=Segments(icons={CARE: "lock", SCHOOL: "eye"}),
    )
    on = DutchDateField(label=gettext_lazy("Day"), prefer="past")
    start_time = forms.TimeField(
        label=gettext_lazy("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    form = forms.ChoiceField(label=gettext_lazy("Kind of help"), choices=Form.choices)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Did it take place?"),
        choices=ContactOutcome.choices,
        widget=RadioBoxes,
    )
    #: Rarely changed, so behind one fold-out.
    MORE = ("on", "start_time", "form", "outcome")

    def __init__(self, *args, people=(), today=None, **kwargs):
        """`people`: (key, label) pairs of who can have been there; `today`: the day of today."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].today = today
        self.fields["length"].choices = [(m, m) for m in MINUTES] + [(OTHER, _("Other"))]
        self.fields["people"].choices = list(people)

    def clean_on(self):
        """A contact that is still to come is an appointment."""
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This is later than now. Record it when it was held"))
        return on

    def clean(self):
        """One number of minutes, from the quick answer or from the field."""
        data = super().clean()
        length = data.get("length")
        if length and length != OTHER:
            data["minutes"] = int(length)
        elif length == OTHER and not data.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", _("Fill in the number of minutes"))
        return data


class CorrectionForm(ContactForm):
    """A new version of a contact, with the reason; the old version stays."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you correct this?"),
        max_length=300,
        error_messages={"required": gettext_lazy("Write in a few words what was wrong")},
    )


class NoteForm(PageForm):
    """A note without a contact: for those who help, or as a message or agreement for the school."""

    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write something first")},
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read the note?"),
        choices=[
            (CARE, gettext_lazy("Youth care only")),
            (NoteKind.MESSAGE, gettext_lazy("School too: a message")),
            (NoteKind.AGREEMENT, gettext_lazy("School too: an agreement for the class")),
        ],
        widget=RadioBoxes(shape="wide"),
    )

    def clean(self):
        """The choice as the action takes it: for whom, and of which kind."""
        data = super().clean()
        chosen = data.get("audience")
        if chosen and chosen != CARE:
            data["audience"], data["kind"] = SCHOOL, chosen
        return data
