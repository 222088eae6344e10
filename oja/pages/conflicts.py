"""Two people changed the same record: what merges by itself, and what the user has to choose.

A form carries the version it started from and the values it started with. A field that only one
of the two changed is merged; a field that both changed is shown twice.
"""

import json

from django import forms

from oja.core.text import clean_text

CHOICE = "keep_"  # prefix of the radio buttons of the conflict panel


def values_of(form):
    """What an unbound form shows, per field, as JSON can hold it: the start of a later merge."""
    return {name: _plain(form.fields[name], form[name].value()) for name in form.fields}


def as_json(values):
    """Those values for a hidden field."""
    return json.dumps(values, default=str, separators=(",", ":"))


def read_base(text):
    """The values that a form started with; empty when the hidden field is missing or damaged."""
    try:
        base = json.loads(text or "{}")
    except ValueError:
        return {}
    return base if isinstance(base, dict) else {}


def merge(current, data, base):
    """Merge posted `data` into the `current` (unbound) form of the record as it is now.

    Returns (data, conflicts): conflicts is a list of {"name", "label", "theirs", "mine"} for the
    fields in which the user still has to choose. `data` is a changed copy.
    """
    data = data.copy()
    conflicts = []
    for name, field in current.fields.items():
        if field.disabled:
            continue
        theirs_raw = current[name].value()
        theirs = _plain(field, theirs_raw)
        mine_raw = field.widget.value_from_datadict(data, {}, current.add_prefix(name))
        mine = _plain(field, mine_raw)
        if mine == theirs:
            continue
        started = base.get(name)
        if name in base and _same(mine, started):
            write(data, current, name, theirs_raw)
        elif not (name in base and _same(theirs, started)):
            conflicts.append(
                {
                    "name": name,
                    "label": current[name].label,
                    "theirs": _shown(field, theirs),
                    "mine": _shown(field, mine),
                }
            )
    return data, conflicts


def choose(make, data):
    """Put the text of the other where the user chose it; `make` gives the unbound form."""
    chosen = [name for name in data if name.startswith(CHOICE) and data[name] == "theirs"]
    if not chosen:
        return data
    current, data = make(), data.copy()
    for name in chosen:
        field = name.removeprefix(CHOICE)
        if field in current.fields:
            write(data, current, field, current[field].value())
    return data


def write(data, form, name, value):
    """Put a value into posted data as the field's widget would have sent it."""
    field, key = form.fields[name], form.add_prefix(name)
    widget = field.widget
    if isinstance(widget, forms.MultiWidget):
        for suffix, part in zip(widget.widgets_names, widget.decompress(value), strict=False):
            data[key + suffix] = "" if part is None else str(part)
    elif isinstance(widget, forms.CheckboxInput):
        data.pop(key, None)
        if value:
            data[key] = "on"
    else:
        shown = widget.format_value(field.prepare_value(value))
        if isinstance(shown, list | tuple):
            data.setlist(key, [str(item) for item in shown])
        else:
            data[key] = "" if shown is None else str(shown)


def _plain(field, raw):
    """A value that compares: the same for what is stored, what was shown and what was typed."""
    try:
        value = raw if isinstance(field, forms.MultiValueField) else field.to_python(raw)
    except forms.ValidationError:
        value = raw
    return _bare(value)


def _bare(value):
    if value is None or value in ("", [], (), {}):
        return None
    if isinstance(value, list | tuple | set):
        return [_bare(item) for item in value]
    if hasattr(value, "_meta"):
        return str(value.pk)
    if hasattr(value, "all"):
        return [str(item.pk) for item in value.all()]
    if isinstance(value, str):
        return clean_text(value).replace("\r\n", "\n").strip()
    return value


def _same(value, started):
    """Compare with a value that went through JSON."""
    return json.loads(as_json(value)) == started


def _shown(field, value):
    choices = getattr(field, "choices", None)
    words = {str(key): str(label) for key, label in _flat(choices)} if choices else {}
    values = value if isinstance(value, list) else [value]
    return ", ".join(words.get(str(item), str(item)) for item in values if item is not None)


def _flat(choices):
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
