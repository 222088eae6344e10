"""Filters that the template pack ``nlds`` needs to draw a form field."""

from django import forms
from django.utils.translation import gettext as _

from oja.core.templatetags.ui.library import register
from oja.core.widgets import Choices, OptionBoxes, PlainSelect, RadioBoxes

TEXT = "utrecht-textbox utrecht-textbox--html-input"
AREA = "utrecht-textarea utrecht-textarea--html-textarea"
SELECT = "utrecht-select utrecht-select--html-select"


def classes_of(widget):
    """The NL Design System classes of a plain control."""
    if isinstance(widget, forms.Textarea):
        return AREA
    if isinstance(widget, (Choices, forms.CheckboxInput, forms.RadioSelect, forms.FileInput)):
        return ""
    if isinstance(widget, forms.Select):
        return SELECT
    return TEXT


def boxes_for(widget):
    """Our boxes in the place of Django's bare lists of radio buttons and tick boxes."""
    if isinstance(widget, Choices):
        return widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return OptionBoxes(widget.attrs, widget.choices)
    if isinstance(widget, forms.RadioSelect):
        return RadioBoxes(widget.attrs, widget.choices)
    if type(widget) is forms.Select:
        return PlainSelect(widget.attrs, widget.choices)
    return widget


@register.filter
def anchor(field):
    """The id of the first control of a field: where a link of the error summary goes."""
    widget = boxes_for(field.field.widget)
    if isinstance(widget, Choices):
        return f"{field.auto_id}_0"
    return widget.id_for_label(field.auto_id) or field.auto_id


@register.filter
def control(field):
    """The control of a field, with the classes of the template pack."""
    widget = boxes_for(field.field.widget)
    own = widget.attrs.get("class", "")
    css = " ".join(part for part in (classes_of(widget), own) if part)
    return field.as_widget(widget=widget, attrs={"class": css} if css else None)


@register.filter
def parts(field):
    """What field.html draws around the control.

    Widget attributes that it reads: ``data-audience`` (who can read the text) and
    ``data-audience-kind``, ``data-prefix`` and ``data-suffix`` (€, hours), ``data-size`` ("short",
    "tiny"), ``maxlength``.
    """
    widget = field.field.widget
    attrs = widget.attrs
    maximum = attrs.get("maxlength") or getattr(field.field, "max_length", None)
    size = attrs.get("data-size", "")
    return {
        "group": field.use_fieldset or isinstance(boxes_for(widget), Choices),
        "tick": isinstance(widget, forms.CheckboxInput),
        "audience": attrs.get("data-audience", ""),
        "audience_kind": attrs.get("data-audience-kind", "shared"),
        "prefix": attrs.get("data-prefix", ""),
        "suffix": attrs.get("data-suffix", ""),
        "css": f" field-{size}" if size else "",
        "maximum": maximum if isinstance(widget, forms.Textarea) else None,
        "length": len(str(field.value() or "")),
        "optional": "" if field.field.required else _("may stay empty"),
    }
