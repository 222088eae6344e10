"""Small pieces of text: icon, status tag, counter, audience, glossary term, suppressed cell."""

from functools import cache

from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _

from oja.core.glossary import by_slug
from oja.core.templatetags.ui.library import register, render
from oja.core.text import fold

STATUS_ICONS = {
    "ok": "circle-check",
    "info": "circle-dot",
    "att": "hourglass",
    "crit": "clock-alert",
    "neutral": "circle-dashed",
    "line": "arrow-right",
    "outside": "external-link",
    "frozen": "lock",
    "brand": "",
}


@cache
def sprite():
    """The address of the sprite; asked once, a list draws hundreds of icons."""
    return staticfiles_storage.url("icons/sprite.svg")


@register.simple_tag
def icon(name, size="", label=""):
    """One icon of the sprite. ``size``: "" (20 px), "small", "large", "huge".

    Decorative and hidden from readers unless ``label`` gives it a name."""
    css = f"icon icon-{size}" if size else "icon"
    href = f"{sprite()}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, href)


@register.simple_tag
def tag(word, kind="neutral", icon=None):
    """Status: icon and word. See components/tag.html."""
    shown = STATUS_ICONS[kind] if icon is None else icon
    return render("tag", word=word, kind="neutral" if kind == "frozen" else kind, icon=shown)


@register.simple_tag
def counter(number, kind="neutral", label=""):
    """A number in a pill; nothing when there is nothing to count. See components/counter.html."""
    return render("counter", number=number, kind=kind, label=label) if number else ""


@register.simple_tag
def audience(names, kind="shared"):
    """Who can read this. See components/audience.html."""
    return render("audience", names=names, kind=kind)


@register.simple_tag
def term(word, definition="", url=""):
    """A word of the glossary with its definition behind a small mark. See components/term.html.

    Without a definition it is that of the glossary; KeyError when the word does not stand there.
    """
    if not definition:
        known = by_slug()[slugify(fold(word))]
        definition, url = known.definition, reverse("glossary-term", args=[known.slug])
    return render("term", word=word, definition=definition, url=url)


@register.simple_tag
def suppressed(word="", reason=""):
    """A cell that is too small to show. See components/suppressed.html."""
    return render("suppressed", word=word or _("too small"), reason=reason)
