"""Forms of the plan, its scores and agreements, and of the provision."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.fields import DutchDateField
from oja.core.widgets import OptionBoxes, RadioBoxes, ScoreButtons
from oja.pages.forms import PageForm
from support.forms.consents import HeardForm
from support.forms.contacts import PLACE_ICONS
from support.models import Form, Layer, Place, Weekday

GOALS = (1, 2, 3)
HOME_NEEDED, HOME_NOT_NEEDED = "yes", "no"


def score_field(label, **options):
    """A score from 0 to 10 by eleven buttons; empty is allowed until the plan is agreed."""
    scores = [(score, str(score)) for score in range(11)]
    return forms.TypedChoiceField(
        label=label,
        choices=scores,
        coerce=int,
        empty_value=None,
        required=False,
        widget=ScoreButtons(ends=(_("not good at all"), _("very good"))),
        **options,
    )


class PlanForm(PageForm):
    """A version of the plan: up to three goals in the words of the child, home, and a date."""

    going_well = forms.CharField(
        label=gettext_lazy("In the words of the child"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    home_part = forms.CharField(
        label=gettext_lazy("What happens at home?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    home_not_needed_reason = forms.CharField(
        label=gettext_lazy("Or: why is nothing needed at home?"),
        required=False,
        max_length=300,
    )
    next_evaluation_on = DutchDateField(
        label=gettext_lazy("When do we evaluate?"),
        help_text=gettext_lazy("Within six months"),
        prefer="future",
        required=False,
    )

    def __init__(self, *args, first_name="", **kwargs):
        """`first_name`: of the child, for the labels."""
        super().__init__(*args, **kwargs)
        for number in GOALS:
            self.fields.update(self._goal_fields(number))

    def _goal_fields(self, number):
        return {
            f"goal{number}_title": forms.CharField(
                label=_("Goal %(number)s, in the words of the child") % {"number": number},
                required=False,
                max_length=200,
            ),
            f"goal{number}_approach": forms.CharField(
                label=_("What do we do for this?"),
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
            f"goal{number}_start": score_field(_("How is it at the start?")),
            f"goal{number}_target": score_field(_("Where do we want to get?")),
            f"goal{number}_current": score_field(_("How is it now?")),
            f"goal{number}_school": forms.BooleanField(
                label=_("The school may see this goal"), required=False
            ),
        }

    def clean(self):
        """A goal has a title as soon as anything of it is filled in; `goals` holds those."""
        data = super().clean()
        for number in GOALS:
            parts = ("approach", "start", "target")
            filled = any(data.get(f"goal{number}_{part}") not in ("", None) for part in parts)
            if filled and not data.get(f"goal{number}_title"):
                self.add_error(f"goal{number}_title", _("Write the goal in a few words"))
        if not self.errors:
            titled = [number for number in GOALS if data.get(f"goal{number}_title")]
            data["goals"] = [goal_of(data, number) for number in titled]
        return data

    def goal_parts(self):
        """(number, the bound fields of that goal, whether it has anything)."""
        rows = []
        for number in GOALS:
            names = [f"goal{number}_{part}" for part in ("title", "approach", "school")]
            scores = [f"goal{number}_{part}" for part in ("start", "target", "current")]
            has = bool(self[names[0]].value()) or any(self[name].errors for name in names)
            rows.append(
                {
                    "number": number,
                    "fields": [self[name] for name in (*names[:2], *scores, names[2])],
                    "is_open": has or number == 1,
                }
            )
        return rows


def goal_of(data, number):
    """One goal of the cleaned form as `save_plan` takes it."""
    start = data[f"goal{number}_start"]
    current = data[f"goal{number}_current"]
    return {
        "title": data[f"goal{number}_title"],
        "approach": data[f"goal{number}_approach"],
        "topic": "",
        "start_score": start,
        "target_score": data[f"goal{number}_target"],
        "current_score": start if current is None else current,
        "is_for_school": data[f"goal{number}_school"],
    }


class ScoresForm(PageForm):
    """A score per goal, now or at the end."""

    def __init__(self, *args, goals=(), is_end=False, **kwargs):
        """`goals`: the goals of the plan; `is_end`: the last score, for closing."""
        super().__init__(*args, **kwargs)
        self.goals = list(goals)
        for goal in self.goals:
            score = goal.end_score if is_end else goal.current_score
            field = score_field(goal.title, initial=score)
            field.required = is_end
            field.error_messages["required"] = _("Choose a score for “%(goal)s”") % {
                "goal": goal.title
            }
            self.fields[f"score_{goal.pk.hex}"] = field

    def clean(self):
        """Goal key -> score, for the goals that got one."""
        data = super().clean()
        found = {goal.pk: data.get(f"score_{goal.pk.hex}") for goal in self.goals}
        return {"scores": {key: score for key, score in found.items() if score is not None}}


class AgreementForm(HeardForm):
    """When and how one person agreed to the plan."""

    day_field = "agreed_on"
    field_order = ("agreed_on", "form")
    agreed_on = DutchDateField(
        label=gettext_lazy("When was the agreement given?"),
        prefer="past",
        error_messages={"required": gettext_lazy("Choose when the agreement was given")},
    )


class ProvisionForm(PageForm):
    """What help is planned: who, where, which weekday, how long. "Vandaag" follows from it."""

    worker = forms.ModelChoiceField(
        label=gettext_lazy("Who gives the help?"),
        queryset=None,
        error_messages={"required": gettext_lazy("Choose who gives the help")},
    )
    form = forms.ChoiceField(label=gettext_lazy("Kind of help"), choices=Form.choices)
    place = forms.ChoiceField(
        label=gettext_lazy("Where?"),
        choices=Place.choices,
        widget=RadioBoxes(shape="tiles", icons=PLACE_ICONS),
        error_messages={"required": gettext_lazy("Choose where the help is given")},
    )
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("On which day?"),
        choices=Weekday.choices,
        coerce=int,
        widget=RadioBoxes,
        error_messages={"required": gettext_lazy("Choose a day of the week")},
    )
    start_time = forms.TimeField(
        label=gettext_lazy("At what time?"),
        widget=forms.TimeInput(attrs={"type": "time", "data-size": "short"}),
        error_messages={"required": gettext_lazy("Fill in a time")},
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("How long?"),
        min_value=5,
        max_value=600,
        initial=45,
        widget=forms.NumberInput(attrs={"data-suffix": _("minutes"), "data-size": "tiny"}),
        error_messages={"required": gettext_lazy("Fill in the number of minutes")},
    )
    people = forms.MultipleChoiceField(
        label=gettext_lazy("Who is there?"),
        widget=OptionBoxes,
        error_messages={"required": gettext_lazy("Choose who is there")},
    )
    valid_from = DutchDateField(
        label=gettext_lazy("From which day?"),
        error_messages={"required": gettext_lazy("Fill in the first day")},
    )
    valid_until = DutchDateField(
        label=gettext_lazy("Until which day?"), prefer="future", required=False
    )

    def __init__(self, *args, workers=None, people=(), on=None, **kwargs):
        """`workers`: who can give help; `people`: who can be there; `on`: the day of today."""
        super().__init__(*args, **kwargs)
        self.fields["worker"].queryset = workers
        self.fields["worker"].empty_label = _("Choose a worker")
        self.fields["people"].choices = list(people)
        for name in ("valid_from", "valid_until"):
            self.fields[name].today = on

    def clean(self):
        """The end lies after the start; `layer` follows from the kind of help."""
        data = super().clean()
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("The end lies before the start"))
        data["layer"] = layer_of(data.get("form"))
        return data


def layer_of(form):
    """The layer of the tilted pyramid that follows from the kind of help."""
    if form == Form.GROEP:
        return Layer.L2
    if form in (Form.GEZIN, Form.OUDERGESPREK):
        return Layer.L4
    return Layer.L3
