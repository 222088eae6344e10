"""What is written down in a meeting. No form asks for a child, and each says so."""

from django import forms
from django.utils.translation import gettext_lazy as _

from monitor.models import Interpretation
from monitor.models.meetings import Theme
from monitor.told import day
from oja.core.fields import DutchDateField
from oja.core.widgets import RadioBoxes, Segments
from oja.pages.forms import PageForm

#: Beside every text that others will read.
NO_NAMES = _("Does the name of a child stand here? Take it out.")


class SnapshotChoice(forms.ModelChoiceField):
    """A choice of published figures by their date."""

    def label_from_instance(self, snapshot):
        """The reference date in full."""
        return day(snapshot.reference_date)


class MeetingChoice(forms.ModelChoiceField):
    """A choice of meetings by their date and place."""

    def label_from_instance(self, meeting):
        """The date in full, and where."""
        return ", ".join(filter(None, [day(meeting.on), meeting.place]))


class OfMeetingForm(PageForm):
    """Something that is said in a meeting, which is chosen here."""

    meeting = MeetingChoice(None, label=_("Meeting"), widget=RadioBoxes)

    def __init__(self, *args, meetings=None, **kwargs):
        """`meetings` are those that can be chosen; the first one is proposed."""
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings
        self.fields["meeting"].initial = meetings.first()


class AgendaForm(OfMeetingForm):
    """On the agenda of which meeting a figure is put."""


class PlanForm(PageForm):
    """A meeting: for which arrangement, when, and where."""

    arrangement: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Arrangement"), widget=RadioBoxes
    )
    on = DutchDateField(label=_("Date"), prefer="future")
    place = forms.CharField(label=_("Place"), max_length=120, required=False)

    def __init__(self, *args, arrangements=None, **kwargs):
        """`arrangements` are those of whoever plans."""
        super().__init__(*args, **kwargs)
        self.fields["arrangement"].queryset = arrangements
        only = arrangements.count() == 1
        if only:
            self.fields["arrangement"].initial = arrangements.first()


class ChangeForm(PageForm):
    """Another date or place."""

    on = DutchDateField(label=_("Date"), prefer="future")
    place = forms.CharField(label=_("Place"), max_length=120, required=False)


class FiguresForm(PageForm):
    """Which frozen figures the meeting looks at."""

    snapshot = SnapshotChoice(None, label=_("Figures"), widget=RadioBoxes)

    def __init__(self, *args, snapshots=None, **kwargs):
        """`snapshots` are the published ones of the arrangement."""
        super().__init__(*args, **kwargs)
        self.fields["snapshot"].queryset = snapshots


class ParticipantForm(PageForm):
    """Somebody at the table."""

    name = forms.CharField(label=_("Name"), max_length=120)
    organisation = forms.CharField(label=_("Organisation"), max_length=120, required=False)


class ThemeForm(PageForm):
    """Something about one of the questions of the meeting."""

    theme = forms.ChoiceField(label=_("About"), choices=Theme.choices, widget=RadioBoxes)


class InterpretationForm(ThemeForm):
    """What a figure means; a fact can be checked, an explanation is a guess."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=Interpretation.Kind.choices, widget=Segments
    )
    text = forms.CharField(
        label=_("What do you see?"), max_length=1000, widget=forms.Textarea, help_text=NO_NAMES
    )
    slug = forms.ChoiceField(label=_("Figure"), required=False)

    def __init__(self, *args, figures=(), **kwargs):
        """`figures` are (slug, title) of the chosen snapshot."""
        super().__init__(*args, **kwargs)
        self.fields["slug"].choices = [("", _("No figure in particular")), *figures]


class FigureInterpretationForm(OfMeetingForm):
    """What one figure means, said from the page of that figure."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=Interpretation.Kind.choices, widget=Segments
    )
    text = forms.CharField(
        label=_("What do you see?"), max_length=1000, widget=forms.Textarea, help_text=NO_NAMES
    )
    field_order = ("kind", "text", "meeting")


class DecisionForm(ThemeForm):
    """What was decided."""

    text = forms.CharField(
        label=_("What did you decide?"), max_length=1000, widget=forms.Textarea, help_text=NO_NAMES
    )


class ActionPointForm(ThemeForm):
    """Who does what by when."""

    text = forms.CharField(
        label=_("What will be done?"), max_length=500, widget=forms.Textarea, help_text=NO_NAMES
    )
    owner = forms.CharField(label=_("Who does it?"), max_length=120)
    due_on = DutchDateField(label=_("Done by"), prefer="future")


class DoneForm(PageForm):
    """An action point is done."""

    done_on = DutchDateField(label=_("Done on"), prefer="past")
    note = forms.CharField(label=_("Result"), max_length=200, required=False, help_text=NO_NAMES)
