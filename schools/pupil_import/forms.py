"""Forms of the pages: choosing a file, and saying which column holds what."""

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.sheets import MAX_BYTES
from oja.pages.forms import PageForm
from schools.pupil_import import columns

NOTHING = "-"  # an empty choice would be called one that may stay empty
NOT_READ = gettext_lazy("do not read")
CONFIDENCE = {
    columns.SURE: "",
    columns.LIKELY: gettext_lazy("Probably. Look whether this is right."),
    columns.UNSURE: gettext_lazy("A guess. Look whether this is right."),
    columns.REMEMBERED: gettext_lazy("As chosen before."),
}


class FileForm(PageForm):
    """A list of pupils from the administration of the school."""

    file = forms.FileField(
        label=gettext_lazy("File with pupils"),
        help_text=gettext_lazy("CSV, Excel (.xlsx) or EDEXML, at most 10 MB."),
        max_length=255,
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
            "max_length": gettext_lazy("The name of the file is too long."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xml"}),
    )

    def clean_file(self):
        """The file, when it is not larger than we read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 10 MB. Choose a list of one school.")
            )
        return file


class ColumnsForm(PageForm):
    """One choice for every column of a list."""

    #: Field -> what it is called; a file of something else has other fields.
    labels = columns.FIELD_LABELS

    def __init__(self, data=None, *, given, guesses, **kwargs):
        super().__init__(data, **kwargs)
        self.headings = {}
        fields = [(NOTHING, NOT_READ), *self.labels.items()]
        for guess in guesses:
            name = f"kolom-{guess.place}"
            self.headings[name] = guess.heading
            self.fields[name] = forms.ChoiceField(
                label=guess.heading,
                help_text=self._hint(given, guess),
                choices=fields,
                initial=guess.field or NOTHING,
            )

    @staticmethod
    def _hint(given, guess):
        """Some values of the column, and how sure we are of it."""
        found = []
        for _line, cells in given.sheet["rows"]:
            text = cells[guess.place] if cells else ""
            if text and text not in found:
                found.append(text[:30])
            if len(found) == 3:
                break
        examples = _("Such as: %s.") % ", ".join(found) if found else ""
        sure = str(CONFIDENCE[guess.confidence]) if guess.field else ""
        return escape(" ".join(part for part in (examples, sure) if part))

    def chosen(self):
        """Heading -> field, as it was chosen."""
        found = {heading: self.cleaned_data[name] for name, heading in self.headings.items()}
        return {heading: "" if field == NOTHING else field for heading, field in found.items()}
