"""The tag library and the one helper that all component tags share."""

from django import template
from django.template.loader import get_template
from django.utils.safestring import mark_safe

register = template.Library()


def render(component, /, **options):
    """Render ``components/<component>.html``; it sees ``options``, and nothing of the page."""
    html = get_template(f"components/{component}.html").render(options).strip()
    return mark_safe(html)  # noqa: S308 - output of an autoescaping template


def inner(content):
    """The rendered body of a block tag without the white space around it."""
    return mark_safe(content.strip())  # noqa: S308 - output of an autoescaping template


class Piece:
    """A dict or an object as a template reads it: what it does not have is empty."""

    def __init__(self, source):
        self.source = source

    def __getitem__(self, name):
        if isinstance(self.source, dict):
            return self.source.get(name, "")
        return getattr(self.source, name, "")


def pieces(items):
    """The items of a list component, each as a ``Piece``."""
    return [Piece(item) for item in items or ()]
