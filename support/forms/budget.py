"""Forms about money: what the budget page shows, and subsidy, advance, budget and rate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from oja.core.fields import DutchDateField, EuroField
from oja.pages.forms import PageForm
from providers.models import Arrangement, CostCategory, Subsidy
from providers.models.money import FIRST_YEAR, LAST_YEAR
from schools.models import Municipality
from schools.pupil_import.forms import ColumnsForm, FileForm
from support.cost_columns import FIELD_LABELS


class PercentField(forms.DecimalField):
    """A percentage with at most two decimals."""

    def __init__(self, **options):
        attrs = {"data-size": "tiny", "data-suffix": "%"}
        super().__init__(
            min_value=0,
            max_value=100,
            decimal_places=2,
            localize=True,
            widget=forms.TextInput(attrs=attrs | {"inputmode": "decimal"}),
            **options,
        )


class BudgetChoiceForm(forms.Form):
    """Gemeente, jaar, stand, and whether the largest trajectories count."""

    gemeente = forms.ChoiceField(label=_("Municipality"), required=False)
    jaar = forms.ChoiceField(label=_("Year"), required=False)
    stand = forms.ChoiceField(label=_("State on"), required=False)
    zonder = forms.BooleanField(
        label=_("Without the 5 most expensive trajectories"), required=False
    )
    aanbieder = forms.ChoiceField(label=_("Provider"), required=False)

    def __init__(self, data, *, municipalities, years, dates, providers):
        super().__init__(data)
        self.fields["gemeente"].choices = [("", _("All together")), *municipalities]
        self.fields["jaar"].choices = years
        self.fields["stand"].choices = dates
        if len(providers) > 1:
            self.fields["aanbieder"].choices = providers
        else:
            del self.fields["aanbieder"]


class SubsidyForm(PageForm):
    """A grant of several years."""

    unmasked = ("decision_number",)
    arrangement = forms.ModelChoiceField(
        label=_("Arrangement"),
        queryset=Arrangement.objects.none(),
        empty_label=_("Choose an arrangement"),
    )
    decision_number = forms.CharField(label=_("Number of the decision"), max_length=60)
    amount_cents = EuroField(label=_("Amount for all years together"), least=1)
    valid_from = DutchDateField(label=_("First day"))
    last_day = DutchDateField(
        label=_("Last day"), help_text=_("A subsidy usually runs for five years.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["arrangement"].queryset = Arrangement.objects.all()

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The end is before the start. Choose a later date."))
        return cleaned


class BonusMalusForm(PageForm):
    """How a subsidy settles what a year leaves or lacks."""

    subsidy = forms.ModelChoiceField(
        label=_("Subsidy"), queryset=Subsidy.objects.none(), empty_label=_("Choose a subsidy")
    )
    margin_percent = PercentField(
        label=_("Free margin"),
        help_text=_("Up to this part of the budget goes to the reserve, or comes out of it."),
    )
    share_percent = PercentField(
        label=_("Our share of the rest"),
        help_text=_("What lies beyond the margin is divided with the municipality."),
    )
    cap_percent = PercentField(
        label=_("At most"), help_text=_("Our share is never more than this part of the budget.")
    )

    def __init__(self, *args, subsidies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subsidy"].queryset = subsidies


class AdvanceForm(PageForm):
    """A payment in advance."""

    subsidy = forms.ModelChoiceField(
        label=_("Subsidy"), queryset=Subsidy.objects.none(), empty_label=_("Choose a subsidy")
    )
    on = DutchDateField(label=_("Paid on"))
    amount_cents = EuroField(label=_("Amount"), least=1)

    def __init__(self, *args, subsidies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subsidy"].queryset = subsidies


class BudgetForm(PageForm):
    """The budget of a municipality and year, per kind of help; the total follows."""

    municipality = forms.ModelChoiceField(
        label=_("Municipality"),
        queryset=Municipality.objects.none(),
        empty_label=_("Choose a municipality"),
    )
    year = forms.IntegerField(
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.NumberInput(attrs={"data-size": "tiny"}),
    )
    subsidy = forms.ModelChoiceField(
        label=_("Out of subsidy"),
        queryset=Subsidy.objects.none(),
        required=False,
        empty_label=_("No subsidy"),
    )

    def __init__(self, *args, municipalities, subsidies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["municipality"].queryset = municipalities
        self.fields["subsidy"].queryset = subsidies
        for category in CostCategory:
            self.fields[f"part_{category}"] = EuroField(label=category.label, required=False)

    def clean(self):
        cleaned = super().clean()
        cleaned["parts"] = {
            str(category): cleaned.get(f"part_{category}") or 0 for category in CostCategory
        }
        return cleaned


class RateForm(PageForm):
    """What an hour of own help costs."""

    cents_per_hour = EuroField(label=_("Rate per hour"), least=1, most=100_000)
    valid_from = DutchDateField(label=_("From"))


class CostFileForm(FileForm):
    """A file with bills that nobody here ordered."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["file"]
        field.label, field.help_text = _("File"), _("CSV or Excel, at most 10 MB.")
        field.widget.attrs["accept"] = ".csv,.xlsx,text/csv"


class CostColumnsForm(ColumnsForm):
    """One choice for every column of a file of bills."""

    labels = FIELD_LABELS


class MatchForm(PageForm):
    """For which trajectory a bill was."""

    reference = forms.CharField(
        label=_("Number of the trajectory"),
        max_length=12,
        help_text=_("Such as T-26-K7M4Q; it stands on the page of the trajectory."),
        widget=forms.TextInput(attrs={"data-size": "short"}),
    )
