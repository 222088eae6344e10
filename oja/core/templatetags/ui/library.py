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
