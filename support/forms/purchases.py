"""Forms around bought care: the answer of the school, bills, third parties, contracts, choices."""

import datetime as dt

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.fields import DutchDateField, EuroField
from oja.core.widgets import RadioBoxes, Segments
from oja.pages.forms import PageForm
from providers.models import Jz020, Unit
from support.consent_rules import PUPIL
from support.forms.consents import AnswerFormBase
from support.forms.subcontracts import LONG_TEXT, NOTHING, volume_field
from support.models import AgreementState, Answer, ChoiceOutcome

#: Words of the answer form of consent -> the state of an agreement.
AGREEMENTS = {
    "given": AgreementState.AGREED,
    "refused": AgreementState.REFUSED,
    "talk": AgreementState.TALK,
}


class PurchaseAnswerForm(AnswerFormBase):
    """What a parent or the pupil said about bought care, heard in a talk or read in a letter."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        widget=LONG_TEXT,
    )

    def clean(self):
        """The answer as an agreement keeps it."""
        data = super().clean()
        if "answer" in data:
            data["answer"] = AGREEMENTS[data["answer"]]
        return data


class SchoolAnswerForm(PageForm):
    """Three answers, none of them preset; a remark and an objection ask for words."""

    answer = forms.ChoiceField(
        label=gettext_lazy("What does the school think?"),
        choices=Answer.choices,
        widget=RadioBoxes(shape="wide"),
        error_messages={"required": gettext_lazy("Choose an answer")},
    )
    remark = forms.CharField(
        label=gettext_lazy("Remark or objection"),
        help_text=gettext_lazy("Parents and the provider read this."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(
            attrs={"rows": 3, "data-audience": gettext_lazy("School, parents and youth care")}
        ),
    )

    def clean(self):
        """Words with a remark and with an objection."""
        data = super().clean()
        if data.get("answer") in (Answer.REMARK, Answer.OBJECTION) and not data.get("remark"):
            self.add_error("remark", _("Write the remark or the objection"))
        return data


class DeliveryForm(PageForm):
    """What was delivered in a month, as the bill says."""

    period_start = forms.ChoiceField(
        label=gettext_lazy("For which month?"),
        error_messages={"required": gettext_lazy("Choose the month")},
    )
    volume = volume_field(gettext_lazy("How much was delivered?"))
    cents = EuroField(
        label=gettext_lazy("Amount of the bill"),
        error_messages={"required": gettext_lazy("Fill in the amount of the bill")},
    )
    invoice_number = forms.CharField(
        label=gettext_lazy("Number of the bill"),
        max_length=60,
        error_messages={"required": gettext_lazy("Fill in the number of the bill")},
    )
    invoiced_on = DutchDateField(
        label=gettext_lazy("Date of the bill"),
        prefer="past",
        error_messages={"required": gettext_lazy("Fill in the date of the bill")},
    )
    unmasked = ("invoice_number",)

    def __init__(self, *args, months=(), **kwargs):
        """`months`: (first day as text, words) of the months that may be billed."""
        super().__init__(*args, **kwargs)
        self.fields["period_start"].choices = [*NOTHING, *months]

    def clean_period_start(self):
        """The month as its first day."""
        return dt.date.fromisoformat(self.cleaned_data["period_start"])


class BillReasonForm(PageForm):
    """A bill above the order or the budget is approved with a written reason only."""

    override_reason = forms.CharField(
        label=gettext_lazy("Why do you approve it anyway?"),
        required=False,
        max_length=1000,
        widget=LONG_TEXT,
    )

    def __init__(self, *args, is_asked=True, **kwargs):
        """`is_asked`: whether something stands in the way that a reason can lift."""
        super().__init__(*args, **kwargs)
        if not is_asked:
            del self.fields["override_reason"]


class RefuseBillForm(PageForm):
    """What is wrong with a bill."""

    note = forms.CharField(
        label=gettext_lazy("What is wrong with the bill?"),
        max_length=500,
        widget=LONG_TEXT,
        error_messages={"required": gettext_lazy("Say what is wrong with the bill")},
    )


class ThirdPartyForm(PageForm):
    """A third party that does not stand in the register yet."""

    name = forms.CharField(
        label=gettext_lazy("Name of the third party"),
        max_length=200,
        error_messages={"required": gettext_lazy("Fill in the name of the third party")},
    )


class ContractForm(PageForm):
    """What was agreed with a third party: which help, per what, at what rate, from when."""

    third = forms.ChoiceField(
        label=gettext_lazy("With whom?"),
        error_messages={"required": gettext_lazy("Choose a third party")},
    )
    description = forms.CharField(
        label=gettext_lazy("Which help?"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write which help")},
    )
    jz020 = forms.ChoiceField(
        label=gettext_lazy("Product category"),
        choices=[*NOTHING, *Jz020.choices],
        error_messages={"required": gettext_lazy("Choose the product category")},
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Per"),
        choices=Unit.choices,
        widget=Segments(),
        error_messages={"required": gettext_lazy("Choose per what the rate is paid")},
    )
    rate_cents = EuroField(
        label=gettext_lazy("Rate"),
        least=1,
        error_messages={"required": gettext_lazy("Fill in the rate")},
    )
    valid_from = DutchDateField(
        label=gettext_lazy("From"),
        prefer="nearest",
        error_messages={"required": gettext_lazy("Fill in the first day")},
    )
    valid_until = DutchDateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("The first day on which it no longer holds"),
        prefer="future",
        required=False,
    )

    def __init__(self, *args, thirds=(), **kwargs):
        """`thirds`: the third parties to choose from."""
        super().__init__(*args, **kwargs)
        self.thirds = {str(row.pk): row for row in thirds}
        choices = [(key, row.name) for key, row in self.thirds.items()]
        self.fields["third"].choices = [*NOTHING, *choices]

    def clean_third(self):
        """The row behind the choice."""
        return self.thirds[self.cleaned_data["third"]]


class ChoiceForm(PageForm):
    """That somebody wants another provider. Why is never asked."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who asks for it?"),
        widget=RadioBoxes(shape="wide"),
        error_messages={"required": gettext_lazy("Choose who asks for it")},
    )
    asked_on = DutchDateField(
        label=gettext_lazy("When?"),
        prefer="past",
        error_messages={"required": gettext_lazy("Fill in when it was asked")},
    )
    wish = forms.CharField(
        label=gettext_lazy("What do they want?"),
        help_text=gettext_lazy("Nobody has to give a reason."),
        required=False,
        max_length=1000,
        widget=LONG_TEXT,
    )

    def __init__(self, *args, people=(), **kwargs):
        """`people`: (guardian or None for the pupil, label) of who may ask."""
        super().__init__(*args, **kwargs)
        self.people = {str(row.pk) if row else PUPIL: row for row, _label in people}
        labels = [label for _row, label in people]
        self.fields["who"].choices = list(zip(self.people, labels, strict=True))

    def clean_who(self):
        """The guardian; None for the pupil."""
        return self.people[self.cleaned_data["who"]]


class ChoiceAnswerForm(PageForm):
    """What was agreed with the family."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What was agreed?"),
        choices=ChoiceOutcome.choices,
        widget=RadioBoxes(shape="wide"),
        error_messages={"required": gettext_lazy("Choose what was agreed")},
    )
    answer_on = DutchDateField(
        label=gettext_lazy("When did the family hear the answer?"),
        prefer="past",
        error_messages={"required": gettext_lazy("Fill in when the family heard it")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=1000, widget=LONG_TEXT
    )
