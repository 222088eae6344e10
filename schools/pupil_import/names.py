"""Names as administrations write them: in one column or three, with the prefix anywhere. Pure."""

import re

from schools.pupil_import.prefixes import PREFIXES

_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")
_KNOWN = {prefix.strip() for prefix in PREFIXES}


def tidy(text):
    """The text with single spaces and without invisible signs around it."""
    return " ".join(text.replace("\u200b", "").split())


def is_prefix(text):
    """Whether the text is nothing but a known prefix, in any case."""
    return _plain(text) in _KNOWN


def _plain(text):
    return tidy(text).translate(_APOSTROPHES).lower()


def tidy_prefix(text):
    """A prefix as it is written inside a Dutch name: small letters, a straight apostrophe."""
    return _plain(text) if is_prefix(text) else tidy(text)


def split_prefix(last_name):
    """(prefix, surname) of a surname that may hold its prefix: before it, or behind it.

    "van der Berg", "Berg, van der" and "Berg van der" all give ("van der", "Berg"). A name that
    is nothing but a prefix is a surname.
    """
    name = tidy(last_name)
    head, comma, tail = name.partition(",")
    if comma and is_prefix(tail) and head.strip():
        return tidy_prefix(tail), tidy(head)
    plain = name.translate(_APOSTROPHES)
    lower = plain.lower()
    for prefix in PREFIXES:
        if not lower.startswith(prefix):
            continue
        rest = plain[len(prefix) :].strip()
        # "Tervoort" is no "ter"; "Inge" no "in": the list says where a space has to follow.
        if rest and (prefix.endswith(" ") or rest[0].isalpha()):
            return prefix.strip(), rest
    words = name.split(" ")
    for count in range(min(3, len(words) - 1), 0, -1):
        if is_prefix(" ".join(words[-count:])):
            return tidy_prefix(" ".join(words[-count:])), " ".join(words[:-count])
    return "", name


def split_full_name(text):
    """(first name, prefix, surname) of a whole name.

    "Noor van der Berg", "Berg, Noor van der", "van der Berg, Noor" and "Berg, van der, Noor" are
    the same. Without comma or prefix the first word is the first name, as on lists of classes.
    """
    name = tidy(text)
    parts = [part.strip() for part in name.split(",") if part.strip()]
    if len(parts) == 3 and is_prefix(parts[1]):
        return parts[2], tidy_prefix(parts[1]), parts[0]
    if len(parts) >= 2:
        prefix, last_name = split_prefix(parts[0])
        first_name = " ".join(parts[1:])
        if not prefix:
            found, first_name = _behind(first_name)
            return first_name, found, last_name
        return first_name, prefix, last_name
    words = name.split(" ")
    for start in range(1, len(words)):
        prefix, last_name = _leading(" ".join(words[start:]))
        if prefix:
            return " ".join(words[:start]), prefix, last_name
    return words[0], "", " ".join(words[1:])


def _leading(text):
    prefix, rest = split_prefix(text)
    is_leading = text.translate(_APOSTROPHES).lower().startswith(prefix)
    return (prefix, rest) if prefix and is_leading else ("", text)


def _behind(first_name):
    """("van der", "Noor") of "Noor van der"."""
    words = first_name.split(" ")
    for count in range(min(3, len(words) - 1), 0, -1):
        if is_prefix(" ".join(words[-count:])):
            return tidy_prefix(" ".join(words[-count:])), " ".join(words[:-count])
    return "", first_name


def is_name(text):
    """Whether this can be (a part of) the name of a person: letters, and no sign of a table."""
    return (
        any(sign.isalpha() for sign in text)
        and text[:1] not in "=#@+"
        and not re.search(r"[<>{}\[\]|\\]|https?:", text)
    )
