"""Values of lists and filters in words."""

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from oja.core.money import format_euros


def cell_html(column, row):
    """A value as the page shows it: with groups and a real euro sign."""
    value = column.of(row)
    if column.kind == "money" and value is not None:
        return format_euros(value)
    return format_html("{}", column.text(row))


def cell_attributes(column):
    """Attributes of the cells of a column: alignment, and the place on the card of a phone."""
    css = ["num"] if column.kind in ("number", "money") else []
    css += {"mark": ["card-mark"], "none": ["card-hide"]}.get(column.card, [])
    found = [format_html('class="{}"', " ".join(css))] if css else []
    if column.card in ("line", "next"):
        found.append(format_html('data-label="{}"', column.label))
    return format_html_join(" ", "{}", ((one,) for one in found))


def reversed_order(name):
    """A field of an order, the other way round."""
    return name[1:] if name.startswith("-") else f"-{name}"


def is_empty(value):
    """Whether the value of a filter is a queryset without rows."""
    return hasattr(value, "exists") and not value.exists()


def shown(field, value):
    """The words for a value of a filter."""
    choices = getattr(field, "choices", None)
    if hasattr(value, "all"):
        return ", ".join(str(item) for item in value.all())
    values = value if isinstance(value, list | tuple) else [value]
    words = {}
    if choices is not None and not any(hasattr(item, "pk") for item in values):
        words = {str(key): str(label) for key, label in choices}
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(words.get(str(item), str(item)) for item in values)
