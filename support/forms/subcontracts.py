"""Forms of bought care: the proposal, and what its moves ask."""

import datetime as dt
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.fields import DutchDateField, EuroField
from oja.core.periods import today
from oja.core.widgets import RadioBoxes, Segments
from oja.core.workflow import move_form
from oja.pages.forms import MoveForm, PageForm
from providers.models import Jz020, Unit
from support import purchases
from support.forms.moves import NotInFutureMixin, past_day
from support.models import Answer, CouldWe, Reason
from support.models.subcontract import NO_TAKE_BACK
from support.workflow.subcontract import REVIEW_DAYS

CONTRACT, THIRD = "contract", "derde"
#: Beside a text that only the lead provider reads.
NARROW = {"data-audience": gettext_lazy("Youth care only"), "data-audience-kind": "narrow"}
LONG_TEXT = forms.Textarea(attrs={"rows": 3, **NARROW})
#: First choice of a select: nothing is chosen for anybody.
NOTHING = [("", gettext_lazy("Choose"))]


def volume_field(label, **options):
    """A number with at most two decimals; the comma is the decimal mark."""
    return forms.DecimalField(
        label=label,
        max_digits=7,
        decimal_places=2,
        min_value=Decimal("0.01"),
        localize=True,
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "data-size": "short", "autocomplete": "off"}
        ),
        error_messages={
            "required": gettext_lazy("Fill in how much"),
            "invalid": gettext_lazy("Fill in a number, such as 12 or 7,5"),
        },
        **options,
    )


class ProposalForm(PageForm):
    """Nine questions. What differs from the contract, or is bought without one, folds out."""

    plan_goal = forms.ChoiceField(
        label=gettext_lazy("For which goal?"),
        error_messages={"required": gettext_lazy("Choose the goal from the plan")},
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why not ourselves?"),
        choices=Reason.choices,
        widget=RadioBoxes(),
        error_messages={"required": gettext_lazy("Choose why you do not do it yourselves")},
    )
    could_we = forms.ChoiceField(
        label=gettext_lazy("Could we have done it?"),
        choices=CouldWe.choices,
        widget=Segments(),
        error_messages={"required": gettext_lazy("Choose whether you could have done it")},
    )
    offer = forms.ChoiceField(
        label=gettext_lazy("From whom?"),
        error_messages={"required": gettext_lazy("Choose a contract or a provider")},
    )
    volume = volume_field(
        gettext_lazy("How much?"),
        help_text=gettext_lazy("In hours, days or sessions of the contract"),
    )
    starts_on = DutchDateField(
        label=gettext_lazy("From"),
        prefer="future",
        error_messages={"required": gettext_lazy("Fill in the first day")},
    )
    ends_on = DutchDateField(
        label=gettext_lazy("Until and including"),
        prefer="future",
        error_messages={"required": gettext_lazy("Fill in the last day")},
    )
    take_back_plan = forms.CharField(
        label=gettext_lazy("How do we take the help back?"),
        help_text=gettext_lazy("Not needed for a stay elsewhere, or when a judge imposed it"),
        max_length=1000,
        widget=LONG_TEXT,
        error_messages={"required": gettext_lazy("Write how the help is taken back")},
    )
    choice_discussed_on = DutchDateField(
        label=gettext_lazy("When did you discuss the choice of the parents?"),
        help_text=gettext_lazy("They may choose another provider"),
        prefer="past",
        error_messages={"required": gettext_lazy("Fill in when you discussed it")},
    )
    could_we_note = forms.CharField(
        label=gettext_lazy("Explanation"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs=NARROW),
    )
    help_kind = forms.CharField(label=gettext_lazy("Which help?"), required=False, max_length=120)
    jz020 = forms.ChoiceField(
        label=gettext_lazy("Product category"), required=False, choices=[*NOTHING, *Jz020.choices]
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Per"), required=False, choices=[*NOTHING, *Unit.choices]
    )
    rate_cents = EuroField(label=gettext_lazy("Rate"), required=False)

    #: What stands in the fold.
    FOLDED = ("could_we_note", "help_kind", "jz020", "unit", "rate_cents")

    def __init__(self, *args, goals=(), contracts=(), thirds=(), on=None, **kwargs):
        """`goals`, `contracts` and `thirds`: rows to choose from; `on`: the day of today."""
        super().__init__(*args, **kwargs)
        self.on = on or today()
        self.goals = {str(goal.pk): goal for goal in goals}
        self.contracts = {f"{CONTRACT}.{row.pk}": row for row in contracts}
        self.thirds = {f"{THIRD}.{row.pk}": row for row in thirds}
        self.fields["plan_goal"].choices = [
            *([] if len(self.goals) == 1 else NOTHING),
            *((key, goal.title) for key, goal in self.goals.items()),
        ]
        self.fields["offer"].choices = [
            *NOTHING,
            (
                _("With a contract"),
                [(key, offer_words(row)) for key, row in self.contracts.items()],
            ),
            (_("Without a contract"), [(key, row.name) for key, row in self.thirds.items()]),
        ]
        for name in ("starts_on", "ends_on", "choice_discussed_on"):
            self.fields[name].today = self.on
        if self.data.get("reason") in NO_TAKE_BACK:
            self.fields["take_back_plan"].required = False

    @property
    def shown(self):
        """The fields that everybody fills in."""
        return [self[name] for name in self.fields if name not in self.FOLDED]

    @property
    def folded(self):
        """The fields for what differs from the contract."""
        return [self[name] for name in self.FOLDED]

    @property
    def is_folded_out(self):
        """Open when something in it is filled in or wrong."""
        return any(self[name].errors or self[name].value() for name in self.FOLDED)

    def clean(self):
        """A contract says the rate; without one the rest is asked. `values` is what to propose."""
        data = super().clean()
        contract = self.contracts.get(data.get("offer"))
        if "offer" in data and contract is None:
            for name, sentence in (
                ("help_kind", _("Without a contract: write which help")),
                ("jz020", _("Without a contract: choose the product category")),
                ("unit", _("Without a contract: choose per what")),
                ("rate_cents", _("Without a contract: fill in the rate")),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The last day lies before the first day"))
        if data.get("choice_discussed_on") and data["choice_discussed_on"] > self.on:
            self.add_error("choice_discussed_on", _("This day is still to come"))
        if not self.errors:
            data["values"] = self._values(data, contract)
        return data

    def _values(self, data, contract):
        names = (
            *("reason", "could_we", "could_we_note", "volume", "starts_on", "ends_on"),
            *("take_back_plan", "choice_discussed_on", "help_kind"),
        )
        values = {name: data[name] for name in names}
        values["plan_goal"] = self.goals[data["plan_goal"]]
        values["contract"] = contract
        if contract is None:
            values["third"] = self.thirds[data["offer"]]
            values |= {name: data[name] for name in ("jz020", "unit", "rate_cents")}
        return values

    def amount(self):
        """The highest amount of what is filled in so far, in cents, or None."""
        data = getattr(self, "cleaned_data", None) or {}
        contract = self.contracts.get(data.get("offer"))
        rate = contract.rate_cents if contract else data.get("rate_cents")
        if not rate or not data.get("volume"):
            return None
        return purchases.ceiling(data["volume"], rate)


def offer_words(contract):
    """Praktijk De Linde: traumabehandeling, € 145 per uur."""
    return _("%(third)s: %(help)s, %(rate)s") % {
        "third": contract.third.name,
        "help": contract.description.lower(),
        "rate": purchases.rate_words(contract.rate_cents, contract.unit),
    }


# --- Moves --------------------------------------------------------------------------------------


@move_form("subcontract", "approve")
class ApproveForm(MoveForm):
    """The approval itself asks nothing; an objection asks a decision, a lack of money a reason."""

    decision_note = forms.CharField(
        label=gettext_lazy("Your decision on the objection of the school"),
        help_text=gettext_lazy("The school does not see this text. Tell it in the talk."),
        required=False,
        max_length=2000,
        widget=LONG_TEXT,
    )
    talk_held_on = DutchDateField(
        label=gettext_lazy("When did you talk with the school?"), prefer="past", required=False
    )
    override_reason = forms.CharField(
        label=gettext_lazy("Why do you go beyond the budget?"),
        required=False,
        max_length=1000,
        widget=LONG_TEXT,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        answer = purchases.school_answer_of(self.actor, self.row)
        payment = purchases.payment_of(self.actor, self.row, today())
        self.objects = answer is not None and answer.answer == Answer.OBJECTION
        effects = purchases.effect_of(self.actor, self.row, payment.municipality_id)
        self.fits = all(effect.fits for effect in effects)
        for name, is_asked in (
            ("decision_note", self.objects),
            ("talk_held_on", self.objects),
            ("override_reason", not self.fits),
        ):
            if not is_asked:
                self.fields[name].widget = forms.HiddenInput()
                self.fields[name].disabled = True

    def clean(self):
        """What is asked has to be filled in."""
        data = super().clean()
        if self.objects:
            for name, sentence in (
                ("decision_note", _("Write your decision")),
                ("talk_held_on", _("Fill in when you talked with the school")),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        if not self.fits and not data.get("override_reason"):
            self.add_error("override_reason", _("Write why you go beyond the budget"))
        return data


@move_form("subcontract", "reject")
class RejectForm(MoveForm):
    """Why not: the proposer reads it."""

    decision_note = forms.CharField(
        label=gettext_lazy("Why do you reject it?"),
        max_length=2000,
        widget=LONG_TEXT,
        error_messages={"required": gettext_lazy("Write in a few words why")},
    )


@move_form("subcontract", "withdraw")
class WithdrawProposalForm(MoveForm):
    """Why it is not asked any more."""

    note = forms.CharField(
        label=gettext_lazy("Why do you withdraw it?"),
        required=False,
        max_length=1000,
        widget=LONG_TEXT,
    )


@move_form("subcontract", "review")
class ReviewForm(MoveForm):
    """What came out of the review, and when the next one is."""

    note = forms.CharField(
        label=gettext_lazy("Can the help come back into the school?"),
        max_length=1000,
        widget=LONG_TEXT,
        error_messages={"required": gettext_lazy("Write in a few words what you agreed")},
    )
    review_on = DutchDateField(
        label=gettext_lazy("When do you review it again?"),
        help_text=gettext_lazy("Within three months"),
        prefer="future",
        initial=lambda: today() + dt.timedelta(days=REVIEW_DAYS - 1),
        error_messages={"required": gettext_lazy("Fill in the day of the next review")},
    )

    def clean_review_on(self):
        """Bought care is looked at every three months."""
        day = self.cleaned_data["review_on"]
        if not today() < day <= today() + dt.timedelta(days=REVIEW_DAYS):
            raise forms.ValidationError(_("The next review lies within three months"))
        return day


@move_form("subcontract", "end")
class EndForm(NotInFutureMixin, MoveForm):
    """The last day of the care, and why."""

    past = ("ended_on",)
    ended_on = past_day(
        gettext_lazy("On which day did the care end?"), gettext_lazy("Fill in the last day")
    )
    note = forms.CharField(
        label=gettext_lazy("Why does it end, and who takes it over?"),
        max_length=1000,
        widget=LONG_TEXT,
        error_messages={"required": gettext_lazy("Write in a few words why")},
    )
