"""Money is a whole number of cents. Euros exist only as text."""

import re


def parse_euros(text):
    """Cents of an amount as people type it: "1.740,50", "€ 1740", "-12,5".

    The comma is the decimal mark; points between groups of three are ignored.
    Raises ValueError when it is no amount or has more than two decimals.
    """
    plain = re.sub(r"[€\s\u00a0\u202f]", "", text).replace("−", "-")
    found = re.fullmatch(r"(-?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?", plain, re.ASCII)
    if found is None:
        raise ValueError(text)
    sign, whole, rest = found.groups()
    cents = int(whole.replace(".", "")) * 100 + int((rest or "").ljust(2, "0"))
    return -cents if sign else cents


def plain_euros(cents):
    """ "1740,50": for a file or an input field, without sign for euro or groups."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole},{rest:02d}"


def format_euros(cents):
    """ "€ 1.740" or "€ 1.740,50": cents only where they matter; a real minus sign."""
    sign = "−" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", ".")
    return f"€ {sign}{grouped}" + (f",{rest:02d}" if rest else "")


def share(cents, parts):
    """Split an amount over weights so that the shares add up to the amount exactly.

    What rounding leaves goes to the largest remainders, the earliest first.
    Raises ValueError when a weight is negative or all are nought.
    """
    total = sum(parts)
    if total <= 0 or min(parts) < 0:
        raise ValueError("weights must be nought or more, and not all nought")
    sign = -1 if cents < 0 else 1
    exact = [divmod(abs(cents) * part, total) for part in parts]
    shares = [whole for whole, _rest in exact]
    left = abs(cents) - sum(shares)
    order = sorted(range(len(parts)), key=lambda i: (-exact[i][1], i))
    for i in order[:left]:
        shares[i] += 1
    return [sign * amount for amount in shares]
