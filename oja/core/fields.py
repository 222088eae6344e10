"""Form fields of our own: the Dutch date, and an amount in euros."""

import datetime
import re

from django import forms
from django.utils.translation import gettext_lazy as _

from oja.core import periods
from oja.core.money import parse_euros, plain_euros
from oja.core.widgets import DutchDate

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
MONTH_ALIASES = {"mrt": 3}
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
RELATIVE = {"vandaag": 0, "gisteren": -1, "eergisteren": -2, "morgen": 1, "overmorgen": 2}

NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}|\d{2}))?")
WORDS = re.compile(r"(\d{1,2})[- ]?([a-z]+)\.?(?:[- ]?(\d{4}|\d{2}))?")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def month_number(word):
    """3 for "maart", "mrt" or "maa"; None for another word."""
    if word in MONTH_ALIASES:
        return MONTH_ALIASES[word]
    found = [
        number for number, name in enumerate(MONTHS, 1) if len(word) >= 3 and name.startswith(word)
    ]
    return found[0] if len(found) == 1 else None


class DutchDateField(forms.Field):
    """A date as people write it: 16-11-2026, 16/11, 16 nov, vandaag, gisteren, ma.

    Without a year the nearest such day counts, or with ``prefer`` "past" or "future" the nearest
    on that side of ``today`` (a date or a function). A weekday is the last one, for "future" the
    next one. ``birth``: two figures of a year never lie in the future.
    """

    widget = DutchDate
    default_error_messages = {
        "unreadable": _("Write a day, such as 16-11-2026, 16 nov or gisteren"),
        "impossible": _("%(day)s %(month)s does not exist. Fill in another day"),
        "no_month": _("Month %(month)s does not exist. Fill in another day"),
        "needs_year": _("Write the year too, such as 16-11-2014"),
    }

    def __init__(self, *, prefer="nearest", birth=False, quick=(), today=None, **kwargs):
        self.prefer = "past" if birth else prefer
        self.birth = birth
        self.today = today or periods.today
        if quick:
            kwargs["widget"] = DutchDate(quick=quick)
        super().__init__(**kwargs)
        self.widget.parser = self.parse

    def on(self):
        """The day that "vandaag" means."""
        return self.today() if callable(self.today) else self.today

    def to_python(self, value):
        """The date, or None when the field may stay empty."""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        return self.parse(str(value))

    def parse(self, text):
        """The date that ``text`` means; ValidationError with a Dutch sentence otherwise."""
        text = " ".join(text.lower().split()).rstrip(".")
        if not self.birth:
            if text in RELATIVE:
                return self.on() + datetime.timedelta(days=RELATIVE[text])
            if len(text) >= 2 and (day := self.weekday(text)):
                return day
        if found := ISO.fullmatch(text):
            year, month, day = (int(part) for part in found.groups())
            return self.build(day, month, year)
        if found := NUMBERS.fullmatch(text):
            day, month, year = found.groups()
            return self.build(int(day), int(month), self.full_year(year))
        if (found := WORDS.fullmatch(text)) and (month := month_number(found[2])):
            return self.build(int(found[1]), month, self.full_year(found[3]))
        raise forms.ValidationError(self.error_messages["unreadable"], code="unreadable")

    def weekday(self, text):
        """The last such weekday (the next one with ``prefer="future"``), today included."""
        found = [index for index, name in enumerate(WEEKDAYS) if name.startswith(text)]
        if len(found) != 1:
            return None
        on = self.on()
        if self.prefer == "future":
            return on + datetime.timedelta(days=(found[0] - on.weekday()) % 7)
        return on - datetime.timedelta(days=(on.weekday() - found[0]) % 7)

    def full_year(self, year):
        """2026 for "26"; 1987 for the "87" of a birthday; None without a year."""
        if not year:
            return None
        if len(year) == 4:
            return int(year)
        century = self.on().year // 100 * 100
        full = century + int(year)
        limit = self.on().year if self.birth else self.on().year + 50
        return full - 100 if full > limit else full

    def build(self, day, month, year):
        """A date of the parts; without a year the nearest one that exists."""
        if not 1 <= month <= 12:
            raise forms.ValidationError(
                self.error_messages["no_month"], code="no_month", params={"month": month}
            )
        if year is None and self.birth:
            raise forms.ValidationError(self.error_messages["needs_year"], code="needs_year")
        on = self.on()
        years = [year] if year else [on.year - 1, on.year, on.year + 1]
        days = [found for number in years if (found := existing(number, month, day))]
        if not days:
            raise forms.ValidationError(
                self.error_messages["impossible"],
                code="impossible",
                params={"day": day, "month": MONTHS[month - 1]},
            )
        side = {
            "past": [found for found in days if found <= on],
            "future": [found for found in days if found >= on],
        }.get(self.prefer)
        return min(side or days, key=lambda found: abs(found - on))

    def prepare_value(self, value):
        """Dates stay dates: the widget writes them."""
        return value

    def has_changed(self, initial, data):
        """Compares the dates, not the way they were written."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except forms.ValidationError:
            return True


def existing(year, month, day):
    """The date, or None when it does not exist."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


class EuroField(forms.Field):
    """An amount as people write it ("1.740,50"); gives whole cents.

    ``least`` and ``most`` are limits in cents; None for no limit.
    """

    default_error_messages = {
        "unreadable": _("Write an amount, such as 1.740,50"),
        "negative": _("The amount is nought or more"),
        "too_large": _("This amount is too large"),
    }

    def __init__(self, *, least=0, most=10**13, **kwargs):
        self.least, self.most = least, most
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={"data-prefix": "€", "data-size": "short", "inputmode": "decimal"}
            ),
        )
        super().__init__(**kwargs)

    def to_python(self, value):
        """Cents, or None when the field may stay empty."""
        if value in self.empty_values:
            return None
        if isinstance(value, int):
            return value
        try:
            cents = parse_euros(str(value))
        except ValueError:
            raise forms.ValidationError(
                self.error_messages["unreadable"], code="unreadable"
            ) from None
        if self.least is not None and cents < self.least:
            raise forms.ValidationError(self.error_messages["negative"], code="negative")
        if self.most is not None and cents > self.most:
            raise forms.ValidationError(self.error_messages["too_large"], code="too_large")
        return cents

    def prepare_value(self, value):
        """Cents as text; what was typed stays as it was typed."""
        return plain_euros(value) if isinstance(value, int) else value

    def has_changed(self, initial, data):
        """Compares amounts, not the way they were written."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except forms.ValidationError:
            return True
