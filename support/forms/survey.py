"""The form that invites somebody to the questions about satisfaction."""

from django import forms
from django.utils.translation import gettext_lazy

from oja.core.widgets import RadioBoxes
from oja.pages.forms import PageForm


class InviteForm(PageForm):
    """Whom the questions are for. Nobody is preset."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who gets the questions?"),
        widget=RadioBoxes,
        error_messages={"required": gettext_lazy("Choose who gets the questions")},
    )

    def __init__(self, *args, choices=(), **kwargs):
        """`choices`: (key, name) of who was not invited yet."""
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = choices
