"""The parts of a page: head, breadcrumb, panel, sub navigation, slot."""

from django.conf import settings
from django.contrib.messages import constants
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from oja.core.templatetags.ui.library import inner, pieces, register, render

MAX_TABS = 5
NOTICE_KINDS = {constants.SUCCESS: "ok", constants.WARNING: "att", constants.ERROR: "crit"}


@register.simple_block_tag
def slot(content):
    """Keep a piece of page under a name: ``{% slot as aside %}…{% endslot %}``, then hand it to a
    component, as in ``{% panel title="…" aside=aside %}``."""
    return content


@register.simple_tag
def breadcrumb(*trail):
    """Where am I. Arguments: label, url, label, url, …, label of this page; or one list of
    (label, url). See components/breadcrumb.html."""
    if len(trail) == 1 and not isinstance(trail[0], str):
        steps = [tuple(step) for step in trail[0]]
    else:
        pairs = [*trail, ""] if len(trail) % 2 else list(trail)
        steps = list(zip(pairs[::2], pairs[1::2], strict=True))
    return render("breadcrumb", steps=steps)


@register.simple_block_tag
def page_head(content, title="", facts="", person="", tags=""):
    """Title, facts line and actions (the body). See components/page_head.html."""
    return render(
        "page_head", body=inner(content), title=title, facts=facts, person=person, tags=tags
    )


@register.simple_block_tag
def panel(
    content,
    title="",
    level=2,
    kind="",
    id="",
    note="",
    aside="",
    label="",
    link_label="",
    link_url="",
    bare=False,
    foot="",
):
    """A white box with a head, a body and a foot. See components/panel.html."""
    return render(
        "panel",
        body=content,
        title=title,
        level=level,
        kind=kind,
        id=id,
        note=note,
        aside=aside,
        label=label,
        link_label=link_label,
        link_url=link_url,
        bare=bare,
        foot=foot,
    )


@register.simple_tag
def subnav(items, label=""):
    """Parts of one record, with counters. See components/subnav.html."""
    return render("subnav", items=pieces(items), label=label)


@register.simple_tag
def link_segments(items, label=""):
    """A choice of views as links. See components/link_segments.html."""
    return render("link_segments", items=pieces(items), label=label)


@register.simple_tag
def tab_bar(navigation):
    """The navigation of a phone. See components/tab_bar.html."""
    items = list(navigation)
    tabs = list(getattr(navigation, "tabs", None) or items)
    rest = [item for item in items if item.url not in {tab.url for tab in tabs}]
    if len(tabs) + bool(rest) > MAX_TABS:
        tabs, over = tabs[: MAX_TABS - 1], tabs[MAX_TABS - 1 :]
        rest = over + rest
    return render("tab_bar", tabs=tabs, rest=rest)


@register.simple_tag
def session_watch(request=None):
    """Attributes for ``<body>``: after how many seconds the session ends, and how to stay."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    try:
        url = reverse("stay")
    except NoReverseMatch:
        return ""
    return format_html(' data-session="{}" data-stay-url="{}"', settings.SESSION_COOKIE_AGE, url)


@register.simple_tag
def split_messages(messages=None):
    """The newest success as toast (with its way back), all others as notices."""
    notices, toast, undo_url = [], None, ""
    for message in messages or ():
        if message.level in (constants.SUCCESS, constants.INFO):
            if toast is not None:
                notices.append(toast)
            toast = message
        else:
            notices.append(message)
    for message in notices:
        message.notice_kind = NOTICE_KINDS.get(message.level, "info")
    if toast is not None:
        tags = (toast.extra_tags or "").split()
        undo_url = next((tag.removeprefix("undo:") for tag in tags if tag.startswith("undo:")), "")
    return {"notices": notices, "toast": toast, "undo_url": undo_url}
