"""Buttons, guards, notices, and what to do about errors and conflicts."""

from oja.core.templatetags.ui.library import inner, pieces, register, render

BUTTON_CLASSES = {
    "primary": "utrecht-button--primary-action",
    "secondary": "utrecht-button--secondary-action",
    "text": "button-text",
    "danger": "button-danger",
    "danger-text": "button-text button-danger",
    "inverse": "button-inverse",
}
ALERT_CLASSES = {"info": "info", "att": "warning", "crit": "error", "ok": "ok", "plain": "plain"}
NOTICE_ICONS = {
    "info": "info",
    "att": "triangle-alert",
    "crit": "circle-alert",
    "ok": "circle-check",
    "plain": "info",
}


def button_options(label, kind, *, small, wide, **options):
    """The options of button.html, with its classes worked out."""
    css = ["utrecht-button", BUTTON_CLASSES[kind]]
    css += ["button-small"] if small else []
    css += ["button-wide"] if wide else []
    return options | {"label": label, "css": " ".join(css)}


@register.simple_tag
def button(
    label,
    url="",
    kind="secondary",
    icon="",
    small=False,
    wide=False,
    type="submit",
    name="",
    value="",
    form="",
    id="",
    guarded_by="",
    busy=False,
    busy_label="",
    formaction="",
    formnovalidate=False,
    aria_label="",
    only_icon=False,
    download=False,
):
    """A link that looks like a button (with ``url``) or a button. See components/button.html."""
    return render(
        "button",
        **button_options(
            label,
            kind,
            small=small,
            wide=wide,
            url=url,
            icon=icon,
            type=type,
            name=name,
            value=value,
            form=form,
            id=id,
            guarded_by=guarded_by,
            busy=busy,
            busy_label=busy_label,
            formaction=formaction,
            formnovalidate=formnovalidate,
            aria_label=aria_label,
            only_icon=only_icon,
            download=download,
        ),
    )


@register.simple_tag(takes_context=True)
def post_button(context, label, url, kind="secondary", icon="", small=False, wide=False, **fields):
    """A form with one button that posts ``fields``. See components/post_button.html."""
    return render(
        "post_button",
        **button_options(
            label,
            kind,
            small=small,
            wide=wide,
            icon=icon,
            type="submit",
            url_to=url,
            fields=fields,
            csrf_token=context.get("csrf_token", ""),
        ),
    )


@register.simple_tag
def guard_list(items, title="", id="", plain=False, level=3):
    """Why a move is not possible yet. See components/guard_list.html."""
    return render("guard_list", items=pieces(items), title=title, id=id, plain=plain, level=level)


@register.simple_block_tag
def notice(content, title="", kind="info", icon="", role=""):
    """A coloured bar with an icon, a bold line and text. See components/notice.html."""
    return render(
        "notice",
        body=inner(content),
        title=title,
        css=ALERT_CLASSES[kind],
        icon=icon or NOTICE_ICONS[kind],
        role=role,
    )


@register.simple_block_tag
def strip(content, kind="", icon=""):
    """A full-width line on top of the page. See components/strip.html."""
    return render("strip", body=inner(content), kind=kind, icon=icon)


@register.simple_tag(takes_context=True)
def toast(context, text, undo_url="", still=False, kind="ok"):
    """What was just done, with the way back. See components/toast.html."""
    return render(
        "toast",
        text=text,
        undo_url=undo_url,
        still=still,
        icon=NOTICE_ICONS[kind],
        csrf_token=context.get("csrf_token", ""),
    )


@register.simple_tag
def error_summary(form):
    """All errors of ``form`` in page order, with links. See components/error_summary.html."""
    return render("error_summary", form=form) if form is not None and form.errors else ""


@register.simple_tag
def conflict_panel(fields, who="", when="", talk_url=""):
    """Two texts per field that two people changed. See components/conflict_panel.html."""
    return render("conflict_panel", fields=pieces(fields), who=who, when=when, talk_url=talk_url)


@register.simple_block_tag
def empty(content, title="", kind="nothing", icon="", text="", level=3):
    """Nothing here: why, and what now. See components/empty.html."""
    icons = {"nothing": "inbox", "filtered": "search", "done": "circle-check"}
    return render(
        "empty",
        body=inner(content),
        title=title,
        kind=kind,
        icon=icon or icons[kind],
        text=text,
        level=level,
    )
