"""Persons and what waits for them: letter, people, tasks, appointments, agreements."""

import zlib

from django.utils.html import format_html

from oja.core.templatetags.ui.library import inner, pieces, register, render


def letters(name):
    """The first letters of the first and the last word: "Anna de Vries" is AV."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper()


@register.simple_tag
def person_letter(name, size=""):
    """Initials on a neutral tint, hidden from readers. ``size``: "", "small", "large"."""
    tint = zlib.crc32(str(name).encode()) % 4 + 1
    css = f"letter letter-{tint}" + (f" letter-{size}" if size else "")
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, letters(name))


@register.simple_block_tag
def task_row(content, title="", meta="", icon="list-checks", late=False, done=False, url=""):
    """One task with one button (the body). See components/task_row.html."""
    return render(
        "task_row",
        body=inner(content),
        title=title,
        meta=meta,
        icon=icon,
        late=late,
        done=done,
        url=url,
    )


@register.simple_block_tag
def person_row(content, name="", facts=""):
    """A person with facts; the body stands at the right. See components/person_row.html."""
    return render("person_row", body=inner(content), name=name, facts=facts)


@register.simple_block_tag
def appointment(content, time="", title="", facts="", state="next", tag="", url=""):
    """One appointment of today; the body holds its buttons. See components/appointment.html."""
    return render(
        "appointment",
        body=inner(content),
        time=time,
        title=title,
        facts=facts,
        state=state,
        tag=tag,
        url=url,
    )


@register.simple_block_tag
def agreement_card(content, party="", icon="users", state="", tag="", persons=(), comment=""):
    """What one party says; the body holds its buttons. See components/agreement_card.html."""
    return render(
        "agreement_card",
        body=inner(content),
        party=party,
        icon=icon,
        state=state,
        tag=tag,
        persons=pieces(persons),
        comment=comment,
    )
