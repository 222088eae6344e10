"""Text from people: sorting names, searching without accents, and what may not be stored."""

import re
import unicodedata

# Letters that no decomposition turns into a base letter.
_OWN_FOLDING = str.maketrans(
    {
        "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o",
        "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th",
        "ħ": "h", "Ħ": "h", "ŧ": "t", "Ŧ": "t", "ŋ": "n", "Ŋ": "n", "ı": "i", "İ": "i",
        "ĳ": "ij", "Ĳ": "ij", "ŀ": "l", "Ŀ": "l", "ſ": "s", "ə": "e", "Ə": "e",
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'",
        "\u00a0": " ", "\u202f": " ", "–": "-", "—": "-", "‐": "-", "‑": "-",
    }
)  # fmt: skip
# Nine digits in a row, or in the groups in which people write such a number (1234.56.789).
_NINE_DIGITS = re.compile(
    r"(?<![\d.,])(?<!\+31)(?<!\+31[ -])(?<!0031)"  # no part of an amount or a telephone number
    r"(?:\d{9}|\d{4}[ .-]\d{2}[ .-]\d{3}|\d{3}[ .-]\d{3}[ .-]\d{3})"
    r"(?!\d|[.,]\d)",
    re.ASCII,
)
_MASK = "•" * 9


def fold(text):
    """Lower case without accents: "Özdemir" and "OZDEMIR" become "ozdemir". For searching."""
    plain = unicodedata.normalize("NFKD", clean_text(text).translate(_OWN_FOLDING))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(bare.translate(_OWN_FOLDING).lower().split())


def sort_key(last_name, prefix="", first_name=""):
    """The Dutch order of names: surname, given name, and the prefix ("van der") last."""
    last = re.sub(r"[^\w\s-]", "", fold(last_name))
    return "|".join((last, fold(first_name), fold(prefix)))


def clean_text(value):
    """The text as it can be stored: without NUL, which PostgreSQL has no place for.

    Half surrogate pairs cannot be written as UTF-8 and become the replacement character;
    everything else, noncharacters such as U+FFFF too, stays.
    """
    text = str(value).replace("\x00", "")
    return "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)


def passes_eleven_test(digits):
    """Whether nine digits pass the test of a citizen service number (weights 9 to 2, then -1)."""
    if len(digits) != 9 or digits in ("000000000", "999999999"):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
    return total % 11 == 0


def mask_bsn(text):
    """(text, whether something was masked): numbers that pass the eleven test become dots.

    One in eleven innocent numbers passes too, so the text itself is never refused.
    """
    masked = False

    def hide(match):
        nonlocal masked
        if passes_eleven_test(re.sub(r"\D", "", match.group())):
            masked = True
            return _MASK
        return match.group()

    return _NINE_DIGITS.sub(hide, text), masked


def initials(name):
    """At most two letters for the round mark beside a name: "Anna de Vries" is "AV"."""
    words = [word for word in re.split(r"[\s-]+", clean_text(name)) if word[:1].isalpha()]
    if not words:
        return "?"
    capitals = [word for word in words if word[:1].isupper() or not word[:1].islower()] or words
    chosen = capitals[:1] if len(capitals) == 1 else [capitals[0], capitals[-1]]
    return "".join(word[0].upper()[:1] for word in chosen)
