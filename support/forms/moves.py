"""The forms of the moves: each asks exactly what its line in the workflow table sets."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.fields import DutchDateField
from oja.core.periods import today
from oja.core.widgets import RadioBoxes
from oja.core.workflow import move_form
from oja.pages.forms import MoveForm
from providers.queries import workers_of
from support.models import EndReason
from support.models.trajectory import LONGEST_PAUSE_WEEKS

LONG_TEXT = forms.Textarea(attrs={"rows": 4})


def past_day(label, message):
    """A day that lies behind us or is today; today is filled in."""
    return DutchDateField(
        label=label, prefer="past", initial=today, error_messages={"required": message}
    )


class NotInFutureMixin:
    """Refuses a day that is still to come, for the fields in `past`."""

    past = ()

    def clean(self):
        """What happened, happened today or earlier."""
        data = super().clean()
        for name in self.past:
            if data.get(name) and data[name] > today():
                self.add_error(name, _("This day is still to come. Fill in an earlier day"))
        return data


@move_form("request", "to_team")
class ToTeamForm(MoveForm):
    """When the support team talks about it."""

    team_meeting_on = DutchDateField(
        label=gettext_lazy("When does the support team meet?"),
        prefer="future",
        error_messages={"required": gettext_lazy("Fill in the day of the support team")},
    )

    def clean_team_meeting_on(self):
        """A meeting that is to be planned lies ahead; one that was held may be recorded."""
        day = self.cleaned_data["team_meeting_on"]
        if self.row.submitted_on and day < self.row.submitted_on:
            raise forms.ValidationError(_("This day lies before the request was submitted"))
        return day


class DecisionForm(NotInFutureMixin, MoveForm):
    """The day of the decision and what was agreed."""

    past = ("decided_on",)
    decided_on = past_day(
        gettext_lazy("When was it decided?"), gettext_lazy("Fill in the day of the decision")
    )
    decision_note = forms.CharField(
        label=gettext_lazy("Agreements"),
        help_text=gettext_lazy("Who does what? The family and the school read this too."),
        required=False,
        max_length=2000,
        widget=LONG_TEXT,
    )


for _outcome in (
    "accept",
    "decide_education",
    "decide_district_team",
    "decide_elsewhere",
    "decide_not_funded",
):
    move_form("request", _outcome)(DecisionForm)


@move_form("request", "withdraw")
class WithdrawRequestForm(MoveForm):
    """Why the question is no longer asked."""

    decision_note = forms.CharField(
        label=gettext_lazy("Why is the request withdrawn?"),
        max_length=2000,
        widget=LONG_TEXT,
        error_messages={"required": gettext_lazy("Write in a few words why")},
    )


class WorkerForm(MoveForm):
    """One worker with an account, of the own provider."""

    regisseur = forms.ModelChoiceField(
        label=gettext_lazy("Who becomes the regisseur?"),
        queryset=None,
        empty_label=None,
        widget=forms.Select,
        error_messages={"required": gettext_lazy("Choose a regisseur")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["regisseur"].queryset = workers_of(self.row.provider)
        self.fields["regisseur"].empty_label = _("Choose a worker")


move_form("request", "assign")(WorkerForm)


@move_form("trajectory", "plan_intake")
class PlanIntakeForm(MoveForm):
    """The day of the first talk."""

    intake_on = DutchDateField(
        label=gettext_lazy("When is the intake?"),
        prefer="future",
        error_messages={"required": gettext_lazy("Fill in the day of the intake")},
    )


@move_form("trajectory", "record_intake")
class RecordIntakeForm(NotInFutureMixin, MoveForm):
    """The day on which the first talk was held."""

    past = ("intake_held_on",)
    intake_held_on = past_day(
        gettext_lazy("When was the intake held?"), gettext_lazy("Fill in the day of the intake")
    )


@move_form("trajectory", "start_help")
class StartHelpForm(MoveForm):
    """The first day of help."""

    started_on = past_day(
        gettext_lazy("From which day does help run?"), gettext_lazy("Fill in the first day")
    )


@move_form("trajectory", "pause")
class PauseForm(MoveForm):
    """Why and until when help stands still: eight weeks at most."""

    paused_on = past_day(
        gettext_lazy("From which day?"), gettext_lazy("Fill in the first day of the pause")
    )
    pause_until = DutchDateField(
        label=gettext_lazy("Until which day?"),
        help_text=gettext_lazy("Eight weeks at most"),
        prefer="future",
        error_messages={"required": gettext_lazy("Fill in until which day")},
    )
    note = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=1000,
        widget=LONG_TEXT,
        error_messages={"required": gettext_lazy("Write in a few words why")},
    )

    def clean(self):
        """A pause ends after it began, and within eight weeks."""
        data = super().clean()
        start, end = data.get("paused_on"), data.get("pause_until")
        if start and end and not 0 < (end - start).days <= LONGEST_PAUSE_WEEKS * 7:
            self.add_error("pause_until", _("A pause takes at most eight weeks"))
        return data


@move_form("trajectory", "stop")
@move_form("trajectory", "close")
class CloseForm(NotInFutureMixin, MoveForm):
    """When, why and how help ended. The end scores of the goals are asked beside it."""

    past = ("ended_on",)
    ended_on = past_day(
        gettext_lazy("On which day did help end?"), gettext_lazy("Fill in the last day")
    )
    end_reason = forms.ChoiceField(
        label=gettext_lazy("Why does help end?"),
        choices=EndReason.choices,
        widget=RadioBoxes(shape="wide"),
        error_messages={"required": gettext_lazy("Choose why help ends")},
    )
    closing_note = forms.CharField(
        label=gettext_lazy("How did it go?"),
        required=False,
        max_length=2000,
        widget=LONG_TEXT,
    )
