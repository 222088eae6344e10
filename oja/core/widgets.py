"""Form controls of our own: boxes of 44 px, segments, scores and the Dutch date.

All are native inputs with labels, so they work without scripts and from the keyboard.
Give them to a field: ``forms.MultipleChoiceField(widget=OptionBoxes, choices=…)``.
"""

from django import forms
from django.template.loader import get_template
from django.utils.formats import date_format
from django.utils.safestring import mark_safe


class OwnTemplate:
    """Renders with a template of the project, whatever form renderer the settings choose."""

    def render(self, name, value, attrs=None, renderer=None):
        """The HTML of this widget."""
        context = self.get_context(name, value, attrs)
        return mark_safe(get_template(self.template_name).render(context))  # noqa: S308 - autoescaped


class PlainSelect(OwnTemplate, forms.Select):
    """Django's select in one template; its own renders two templates for every option."""

    template_name = "nlds/widgets/select.html"


class Choices(OwnTemplate):
    """What the boxes share.

    ``hints`` and ``icons``: dicts from value to a second line and to an icon name.
    ``shape``: "" (as wide as the words), "grid" (equal columns), "wide" (one under the other),
    "tiles" (icon above the word). ``visible``: this many options are shown, the rest folds out.
    """

    template_name = "nlds/widgets/options.html"

    def __init__(self, attrs=None, choices=(), *, hints=None, icons=None, shape="", visible=None):
        super().__init__(attrs, choices)
        self.hints = hints or {}
        self.icons = icons or {}
        self.shape = shape
        self.visible = visible

    def get_context(self, name, value, attrs):
        """Options in one flat list: the shown ones and the folded ones."""
        context = super().get_context(name, value, attrs)
        options = [
            option
            | {"hint": self.hints.get(option["value"]), "icon": self.icons.get(option["value"])}
            for _group, subset, _index in context["widget"]["optgroups"]
            for option in subset
        ]
        cut = self.visible if self.visible and len(options) > self.visible + 1 else len(options)
        context["widget"] |= {
            "shape": self.shape,
            "options": options[:cut],
            "folded": options[cut:],
            "folded_open": any(option["selected"] for option in options[cut:]),
            "total": len(options),
        }
        return context

    def create_option(self, *args, **kwargs):
        """Values as text, so that hints and icons are found for enum members too."""
        option = super().create_option(*args, **kwargs)
        option["value"] = str(option["value"])
        return option


class OptionBoxes(Choices, forms.CheckboxSelectMultiple):
    """Several of these: boxes with a square mark."""


class RadioBoxes(Choices, forms.RadioSelect):
    """One of these: boxes with a round mark."""


class Segments(Choices, forms.RadioSelect):
    """One of two to four short words, as one control."""

    template_name = "nlds/widgets/segments.html"


class ScoreButtons(Choices, forms.RadioSelect):
    """A score from 0 to 10: eleven buttons, arrow keys work. ``ends``: the words at both ends.

    Brings its own choices; use it with ``forms.TypedChoiceField(coerce=int)`` or an
    ``IntegerField``.
    """

    template_name = "nlds/widgets/scores.html"

    def __init__(self, attrs=None, choices=(), *, ends=()):
        super().__init__(attrs, choices or [(str(score), str(score)) for score in range(11)])
        self.ends = ends

    def get_context(self, name, value, attrs):
        """Adds the words at both ends."""
        context = super().get_context(name, None if value is None else str(value), attrs)
        context["widget"]["ends"] = self.ends
        return context


class DutchDate(OwnTemplate, forms.TextInput):
    """One text field for a date, with the full date under it once it is understood.

    ``quick``: pairs (word that the field understands, label), shown as boxes before the text
    field, such as ``[("vandaag", _("Today")), ("gisteren", _("Yesterday"))]``.
    """

    template_name = "nlds/widgets/date.html"
    parser = None

    def __init__(self, attrs=None, *, quick=()):
        super().__init__({"autocomplete": "off", "inputmode": "text"} | (attrs or {}))
        self.quick = tuple(quick)

    @property
    def use_fieldset(self):
        """With quick options it is a group, otherwise one labelled input."""
        return bool(self.quick)

    def use_required_attribute(self, initial):
        """Not with quick options: the text field may be hidden then."""
        return not self.quick and super().use_required_attribute(initial)

    def id_for_label(self, id_):
        """The first control: the first quick option, or the text."""
        return f"{id_}_0" if self.quick and id_ else id_

    def format_value(self, value):
        """16-11-2026 for a date; what was typed otherwise."""
        return f"{value:%d-%m-%Y}" if hasattr(value, "year") else value or ""

    def value_from_datadict(self, data, files, name):
        """The quick option, unless that says "another day"."""
        chosen = data.get(f"{name}_quick") if self.quick else ""
        if chosen and chosen != "other":
            return chosen
        return data.get(name, "")

    def value_omitted_from_data(self, data, files, name):
        """Left out only when neither control was sent."""
        return name not in data and f"{name}_quick" not in data

    def understood(self, value):
        """The date behind ``value``, or None."""
        if not value or hasattr(value, "year"):
            return value or None
        try:
            return self.parser(value) if self.parser else None
        except forms.ValidationError:
            return None

    def get_context(self, name, value, attrs):
        """Adds the quick options and the full date."""
        context = super().get_context(name, value, attrs)
        day = self.understood(value)
        quick = [
            {
                "value": word,
                "label": label,
                "selected": bool(value) and (value == word or day == self.understood(word)),
            }
            for word, label in self.quick
        ]
        chosen = any(option["selected"] for option in quick)
        context["widget"] |= {
            "quick": quick,
            "other": bool(value) and not chosen,
            "typed": "" if chosen else context["widget"]["value"] or "",
            "full": date_format(day, "l j F Y") if day else "",
        }
        return context
