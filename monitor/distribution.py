"""How the classes of a waiting time are drawn, for live and for published numbers alike."""

from django.utils.translation import gettext as _

from monitor import charts


def distribution(name, marks, classes, *, half, most, late, norm_days, **texts):
    """The histogram. `classes` are (first day, last day or None) beside the marks.

    `half` and `most` are (days or None, text): how soon half and nine of ten were helped.
    """
    words = ()
    if norm_days is not None:
        words = (
            _("within %(days)s days") % {"days": norm_days},
            _("longer than %(days)s days") % {"days": norm_days},
        )
    note = _("9 of 10 within: %(days)s.") % {"days": most[1]}
    return charts.histogram(
        name,
        marks,
        late=late,
        words=words,
        half=_place(half, classes),
        note=f"{note} {texts.pop('note', '')}".strip(),
        **texts,
    )


def _place(half, classes):
    """Where the mark of the half stands, counted in classes, and its words; None without one."""
    days, text = half
    if days is None:
        return None
    for number, (low, high) in enumerate(classes):
        if high is None or days <= high:
            within = 0.5 if high is None else (days - low + 0.5) / (high - low + 1)
            return number + min(max(within, 0), 1), _("half within %(days)s") % {"days": text}
    return None
