"""Forms of groups: the group itself, who was there at a session, its end, and work for a class."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.fields import DutchDateField
from oja.core.widgets import OptionBoxes, PlainSelect, RadioBoxes
from oja.pages.forms import PageForm
from providers.models import Weekday
from support.models import AttendanceOutcome, CollectiveForm, Topic

PRESENT, ABSENT = "present", "absent"
MARKS = [(PRESENT, gettext_lazy("present")), (ABSENT, gettext_lazy("absent"))]
REASONS = [
    (AttendanceOutcome.ILL.value, gettext_lazy("ill")),
    (AttendanceOutcome.FORGOTTEN.value, gettext_lazy("forgotten")),
    (AttendanceOutcome.UNKNOWN.value, gettext_lazy("does not know")),
]


def number(suffix=""):
    """A short field for a number, with its unit behind it."""
    return forms.NumberInput(
        attrs={"data-size": "tiny"} | ({"data-suffix": suffix} if suffix else {})
    )


class GroupForm(PageForm):
    """What a group is, when it meets and who leads it."""

    site = forms.ChoiceField(label=gettext_lazy("At which school?"), widget=RadioBoxes)
    title = forms.CharField(
        label=gettext_lazy("What is the group called?"),
        max_length=120,
        error_messages={"required": gettext_lazy("Give the group a name")},
    )
    goal = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 2, "data-audience": gettext_lazy("School and youth care")}
        ),
    )
    topic = forms.ChoiceField(
        label=gettext_lazy("Topic"), required=False, widget=PlainSelect, choices=()
    )
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("On which day?"), choices=Weekday.choices, coerce=int, widget=RadioBoxes
    )
    start_time = forms.TimeField(
        label=gettext_lazy("At what time?"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "data-size": "short"}),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("How long?"),
        min_value=15,
        max_value=480,
        initial=60,
        widget=number(suffix=gettext_lazy("minutes")),
    )
    session_count = forms.IntegerField(
        label=gettext_lazy("How many times?"),
        min_value=1,
        max_value=60,
        initial=10,
        widget=number(),
    )
    places = forms.IntegerField(
        label=gettext_lazy("How many places?"),
        min_value=2,
        max_value=30,
        initial=8,
        widget=number(),
    )
    room = forms.CharField(label=gettext_lazy("Which room?"), max_length=60, required=False)
    workers = forms.MultipleChoiceField(
        label=gettext_lazy("Who leads the group?"),
        widget=OptionBoxes(visible=7),
        error_messages={"required": gettext_lazy("Choose who leads the group")},
    )
    valid_from = DutchDateField(label=gettext_lazy("From which day?"), prefer="nearest")

    def __init__(self, *args, sites=(), workers=(), today=None, is_new=True, **kwargs):
        """`sites` and `workers`: (key, label) pairs to choose from; `today`: the day of today."""
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", _("No topic")), *Topic.choices]
        self.fields["workers"].choices = list(workers)
        self.fields["valid_from"].today = today
        if is_new:
            self.fields["site"].choices = list(sites)
        else:  # a group stays at its school, and it has begun
            del self.fields["site"]
            del self.fields["valid_from"]


class SessionForm(PageForm):
    """Everybody is present; tap only who was not. Fields per participant carry its key."""

    on = DutchDateField(label=gettext_lazy("Day"), prefer="past")
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=5, max_value=480, widget=number()
    )
    workers = forms.IntegerField(
        label=gettext_lazy("Number of workers"), min_value=1, max_value=9, widget=number()
    )
    group_note = forms.CharField(
        label=gettext_lazy("Note about the group, without names"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "data-audience": gettext_lazy("Youth care only"),
                "data-audience-kind": "narrow",
            }
        ),
    )

    def __init__(self, *args, participants=(), today=None, **kwargs):
        """`participants`: rows that can be marked; `today`: the day of today."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.participants = list(participants)
        self.fields["on"].today = today
        for row in self.participants:
            self.fields[f"mark_{row.pk}"] = forms.ChoiceField(
                label=row.pupil_name, choices=MARKS, initial=PRESENT
            )
            self.fields[f"why_{row.pk}"] = forms.ChoiceField(
                label=row.pupil_name,
                choices=REASONS,
                initial=AttendanceOutcome.UNKNOWN,
                required=False,
            )
            self.fields[f"attention_{row.pk}"] = forms.CharField(
                label=row.pupil_name,
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 1}),
            )

    @property
    def rows(self):
        """Per participant: the row, whether it is present, why not, and the fields."""
        found = []
        for row in self.participants:
            mark, why = self[f"mark_{row.pk}"], self[f"why_{row.pk}"]
            found.append(
                {
                    "row": row,
                    "mark": mark,
                    "is_absent": mark.value() == ABSENT,
                    "why": why,
                    "reasons": [
                        (value, label, (why.value() or "unknown") == value)
                        for value, label in REASONS
                    ],
                    "attention": self[f"attention_{row.pk}"],
                }
            )
        return found

    @property
    def has_more_errors(self):
        """Whether something behind a fold-out has to be mended."""
        return any(not name.startswith(("mark_", "why_")) for name in self.errors)

    def clean_on(self):
        """A session that is still to come is no session."""
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day is still to come. Fill in an earlier day"))
        return on

    def clean(self):
        """Outcomes and notes by participant, as the action takes them."""
        data = super().clean()
        data["outcomes"], data["attention"] = {}, {}
        for row in self.participants:
            present = data.pop(f"mark_{row.pk}", PRESENT) == PRESENT
            why = data.pop(f"why_{row.pk}", "") or AttendanceOutcome.UNKNOWN
            data["outcomes"][row.pk] = AttendanceOutcome.PRESENT if present else why
            words = data.pop(f"attention_{row.pk}", "")
            if words:
                data["attention"][row.pk] = words
        return data


class SessionCorrectionForm(SessionForm):
    """Who was there as it should have been recorded, and what was wrong."""

    reason = forms.CharField(
        label=gettext_lazy("What was wrong?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write in a few words what was wrong")},
    )

    def __init__(self, *args, outcomes=(), **kwargs):
        """`outcomes`: {key of a participant: how it was recorded}."""
        super().__init__(*args, **kwargs)
        for key, outcome in dict(outcomes).items():
            is_present = outcome == AttendanceOutcome.PRESENT
            self.fields[f"mark_{key}"].initial = PRESENT if is_present else ABSENT
            if not is_present:
                self.fields[f"why_{key}"].initial = outcome


class CloseGroupForm(PageForm):
    """The end of a group."""

    evaluation = forms.CharField(
        label=gettext_lazy("What did the group bring?"),
        help_text=gettext_lazy("Without names. The school reads this too."),
        max_length=1000,
        widget=forms.Textarea(
            attrs={"rows": 4, "data-audience": gettext_lazy("School and youth care")}
        ),
        error_messages={"required": gettext_lazy("Write in a few words what the group brought")},
    )


class CollectiveWorkForm(PageForm):
    """Work for a class or a team: no names, no file."""

    site = forms.ChoiceField(
        label=gettext_lazy("At which school?"),
        widget=RadioBoxes,
        error_messages={"required": gettext_lazy("Choose the school")},
    )
    form = forms.ChoiceField(
        label=gettext_lazy("For whom?"),
        choices=CollectiveForm.choices,
        initial=CollectiveForm.COLLECTIEF,
        widget=RadioBoxes,
    )
    group_label = forms.CharField(
        label=gettext_lazy("Which class or team?"), max_length=60, required=False
    )
    theme = forms.CharField(
        label=gettext_lazy("What was it about?"),
        help_text=gettext_lazy("A theme, without names of pupils"),
        max_length=120,
        error_messages={"required": gettext_lazy("Fill in what it was about")},
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("How many minutes?"),
        min_value=5,
        max_value=600,
        initial=60,
        widget=number(),
        error_messages={"required": gettext_lazy("Fill in the number of minutes")},
    )
    reach = forms.IntegerField(
        label=gettext_lazy("How many pupils or colleagues did it reach?"),
        help_text=gettext_lazy("An estimate is enough"),
        min_value=1,
        max_value=999,
        widget=number(),
        error_messages={"required": gettext_lazy("Fill in an estimate")},
    )
    on = DutchDateField(label=gettext_lazy("Day"), prefer="past")

    def __init__(self, *args, sites=(), today=None, **kwargs):
        """`sites`: (key, label) pairs; `today`: the day of today."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["site"].choices = list(sites)
        self.fields["on"].today = today
        self.fields["on"].widget.quick = (("vandaag", _("Today")), ("gisteren", _("Yesterday")))

    def clean_on(self):
        """Work that is still to come was not done."""
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day is still to come. Fill in an earlier day"))
        return on
