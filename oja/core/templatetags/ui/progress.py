"""Where something stands: steps, consent bar, time line, goal line, progress."""

from functools import cache

from oja.core.templatetags.ui.library import inner, pieces, register, render

GOAL_LEFT, GOAL_UNIT = 10, 28  # drawing units of the goal line: start of the axis, one point


@register.simple_tag
def steps(items, label="", plain=False):
    """The line of steps. See components/steps.html."""
    items = pieces(items)
    states = [step["state"] for step in items]
    now = states.index("now") if "now" in states else None
    return render(
        "steps",
        items=items,
        label=label,
        plain=plain,
        now=items[now] if now is not None else None,
        number=now + 1 if now is not None else None,
    )


@cache
def mini_drawing(done, total):
    """The dots of mini_steps; drawn once, a list shows the same few again and again."""
    dots = [
        {
            "x": 8 + index * 18,
            "state": "done" if index < done else "now" if index == done else "next",
        }
        for index in range(total)
    ]
    lines = [
        {"from": dot["x"], "to": dot["x"] + 18, "done": index < done}
        for index, dot in enumerate(dots[:-1])
    ]
    return render("mini_drawing", dots=dots, lines=lines, width=16 + (total - 1) * 18)


@register.simple_tag
def mini_steps(done=0, total=5, label=""):
    """Dots with the words under them. See components/mini_steps.html."""
    return render("mini_steps", drawing=mini_drawing(int(done), int(total)), label=label)


@register.simple_tag
def consent_bar(items, label="", rule=""):
    """What is agreed per purpose. See components/consent_bar.html."""
    return render("consent_bar", items=pieces(items), label=label, rule=rule)


@register.simple_block_tag
def timeline(content):
    """The list around ``timeline_item``."""
    return render("timeline", body=content)


@register.simple_block_tag
def timeline_item(
    content, title="", facts="", when="", icon="message-circle", audience="", kind="", narrow=False
):
    """One thing that happened. See components/timeline_item.html."""
    return render(
        "timeline_item",
        body=inner(content),
        title=title,
        facts=facts,
        when=when,
        icon=icon,
        audience=audience,
        audience_kind="narrow" if narrow else "shared",
        kind=kind,
    )


@register.simple_tag
def goal_line(start=None, now=None, target=None, label=""):
    """Start, now and target on a scale of 0 to 10. See components/goal_line.html."""

    def place(score):
        return None if score is None else GOAL_LEFT + score * GOAL_UNIT

    return render(
        "goal_line",
        start=start,
        now=now,
        target=target,
        label=label,
        ticks=[place(score) for score in range(11)],
        start_x=place(start),
        now_x=place(now),
        target_x=place(target),
        end_x=place(10),
    )


@register.simple_tag
def progress(value, maximum, label=""):
    """A bar; the words stand beside it. See components/progress.html."""
    share = 0 if not maximum else min(100, round(100 * float(value) / float(maximum)))
    return render("progress", share=share, label=label, value=value, maximum=maximum)
