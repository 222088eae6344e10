"""Forms of the record of a pupil: the card, guardians, residence, enrolment."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.access.scoping import CHANGE
from oja.core.fields import DutchDateField
from oja.core.widgets import RadioBoxes, Segments
from oja.pages.forms import PageModelForm
from schools.models import Enrolment, Guardian, Municipality, Pupil, Residence, SchoolGroup

NOT_KNOWN = gettext_lazy("not known yet")


def capital_choices(field, empty=None):
    """Choices as words that stand alone; `empty` replaces the dashes, None leaves them out."""
    choices = [(key, capfirst(label)) for key, label in field.choices if key not in ("", None)]
    field.choices = choices if empty is None else [("", empty), *choices]


class NewGroupMixin:
    """A group of the school, or the name of one that is not in the list yet."""

    def limit_groups(self, site):
        """Offer the groups of one site only."""
        groups = SchoolGroup.objects.none()
        if site is not None:
            groups = SchoolGroup.objects.visible_to(self.actor).filter(site=site)
        self.fields["group"].queryset = groups.order_by("name")
        self.fields["group"].empty_label = NOT_KNOWN
        if not groups.exists():
            del self.fields["group"]
            self.fields["new_group"].label = _("Group")
            self.fields["new_group"].help_text = _("Such as 5/6 or Vlinders.")

    def clean_new_group(self):
        """One of the two: a group from the list, or a new name."""
        name = " ".join(self.cleaned_data["new_group"].split())
        if name and self.cleaned_data.get("group"):
            raise forms.ValidationError(_("Choose a group, or write a new one. Not both."))
        return name


class PupilForm(NewGroupMixin, PageModelForm):
    """What stands on the card itself."""

    birth_date = DutchDateField(label=gettext_lazy("Birth date"), birth=True)
    new_group = forms.CharField(
        label=gettext_lazy("Another group"),
        help_text=gettext_lazy("Only when the group is not in the list."),
        max_length=40,
        required=False,
    )

    class Meta:
        model = Pupil
        fields = (
            "first_name",
            "prefix",
            "last_name",
            "birth_date",
            "gender",
            "group",
            "school_number",
            "language",
        )
        widgets = {"gender": RadioBoxes}

    def __init__(self, *args, actor, site=None, on=None, **kwargs):
        self.actor = actor
        super().__init__(*args, **kwargs)
        self.fields["birth_date"].today = on
        self.on = on
        capital_choices(self.fields["gender"])
        self.limit_groups(site or (self.instance.site if self.instance.site_id else None))

    def clean_birth_date(self):
        """Nobody is born tomorrow, and nobody of fifty is a pupil."""
        day = self.cleaned_data["birth_date"]
        if day > self.on:
            raise forms.ValidationError(_("The birth date lies in the future."))
        if day.year < self.on.year - 25:
            raise forms.ValidationError(_("Check the year: this would be an adult."))
        return day


class NewPupilForm(PupilForm):
    """The card of a new pupil, with the residence that decides who pays."""

    municipality = forms.ModelChoiceField(
        label=gettext_lazy("Lives in the municipality of"),
        help_text=gettext_lazy("This decides whether the arrangement pays."),
        queryset=Municipality.objects.all(),
        empty_label=NOT_KNOWN,
        required=False,
    )
    sibling = forms.CharField(
        label=gettext_lazy("Case number of a brother or sister"),
        help_text=gettext_lazy("Such as K7M-4QX. Then they belong to the same family."),
        max_length=7,
        required=False,
    )

    def clean_sibling(self):
        """The brother or sister of the same school, or None."""
        number = self.cleaned_data["sibling"].upper()
        if not number:
            return None
        rows = Pupil.objects.visible_to(self.actor, CHANGE)
        found = rows.filter(case_number=number).first()
        if found is None:
            raise forms.ValidationError(_("You know no pupil with this number."))
        return found


class GuardianForm(PageModelForm):
    """A parent or guardian with custody. Whether somebody has custody is never preset."""

    has_custody = forms.TypedChoiceField(
        label=gettext_lazy("Has custody?"),
        help_text=gettext_lazy("Whoever has custody decides about help to a child under 16."),
        choices=((True, gettext_lazy("Yes")), (False, gettext_lazy("No"))),
        coerce=lambda value: value == "True",
        widget=Segments,
    )
    custody_from = DutchDateField(label=gettext_lazy("Custody from"), required=False)
    custody_until = DutchDateField(
        label=gettext_lazy("Custody until"),
        help_text=gettext_lazy("The first day without custody."),
        required=False,
    )

    class Meta:
        model = Guardian
        fields = (
            "first_name",
            "prefix",
            "last_name",
            "relation",
            "has_custody",
            "custody_source",
            "custody_from",
            "custody_until",
            "phone",
            "email",
            "is_contact_secret",
            "language",
            "is_deceased",
        )
        widgets = {"relation": RadioBoxes, "phone": forms.TextInput(attrs={"type": "tel"})}
        help_texts = {
            "is_contact_secret": gettext_lazy("Others see “secret, ask the school” instead.")
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        capital_choices(self.fields["relation"])
        capital_choices(self.fields["custody_source"], NOT_KNOWN)

    def clean(self):
        """Custody that ends, ends after it began; without custody there are no dates."""
        data = super().clean()
        start, end = data.get("custody_from"), data.get("custody_until")
        if start and end and end < start:
            self.add_error("custody_until", _("The end is before the start. Choose a later date."))
        if data.get("has_custody") is False:
            data["custody_from"] = data["custody_until"] = None
        return data


class ResidenceForm(PageModelForm):
    """Where the pupil lives by the rule of residence, from a date on."""

    valid_from = DutchDateField(
        label=gettext_lazy("Since when?"),
        help_text=gettext_lazy("What was known before ends on this day."),
    )

    class Meta:
        model = Residence
        fields = ("municipality", "ground", "valid_from")
        widgets = {"ground": RadioBoxes}
        labels = {"ground": gettext_lazy("How is this decided?")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        capital_choices(self.fields["ground"])
        self.fields["municipality"].empty_label = _("Choose a municipality")


class EnrolmentForm(PageModelForm):
    """From when until when the pupil is enrolled, and where it went."""

    valid_from = DutchDateField(label=gettext_lazy("Enrolled since"))
    valid_until = DutchDateField(label=gettext_lazy("No longer enrolled since"), required=False)

    class Meta:
        model = Enrolment
        fields = (
            "valid_from",
            "school_type",
            "group_label",
            "valid_until",
            "end_reason",
            "destination_type",
        )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        capital_choices(self.fields["school_type"], _("Choose the kind of school"))
        capital_choices(self.fields["end_reason"], NOT_KNOWN)
        capital_choices(self.fields["destination_type"], NOT_KNOWN)

    def clean(self):
        """A reason and a destination belong to an end."""
        data = super().clean()
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("The end is before the start. Choose a later date."))
        gone = data.get("end_reason") or data.get("destination_type")
        if gone and not end and "valid_until" not in self.errors:
            self.add_error("valid_until", _("Say when it ended too, not only why."))
        return data


class LeaveForm(PageModelForm):
    """The pupil leaves: since when, and where to."""

    valid_until = DutchDateField(
        label=gettext_lazy("No longer enrolled since"),
        help_text=gettext_lazy("The first day on which the pupil is no longer here."),
    )

    class Meta:
        model = Enrolment
        fields = ("valid_until", "destination_type", "end_reason")
        labels = {"destination_type": gettext_lazy("Where does the pupil go?")}
        help_texts = {
            "destination_type": gettext_lazy("“No education” means: this pupil sits at home.")
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        capital_choices(self.fields["destination_type"], _("Choose where the pupil goes"))
        self.fields["destination_type"].required = True
        capital_choices(self.fields["end_reason"], NOT_KNOWN)

    def clean_valid_until(self):
        """Not before the pupil came."""
        day = self.cleaned_data["valid_until"]
        if day < self.instance.valid_from:
            raise forms.ValidationError(_("The end is before the start. Choose a later date."))
        return day


class OtherTypeForm(PageModelForm):
    """Another kind of school at this site, or back after having left."""

    valid_from = DutchDateField(
        label=gettext_lazy("Since when?"),
        help_text=gettext_lazy("What was known before ends on this day."),
    )

    class Meta:
        model = Enrolment
        fields = ("school_type", "valid_from", "group_label")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        capital_choices(self.fields["school_type"], _("Choose the kind of school"))
