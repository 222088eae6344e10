"""Dates, genders and numbers as administrations write them. Pure."""

import datetime as dt
import re

from oja.core.text import fold, passes_eleven_test

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb februari february",
            "mrt maart mar march maa",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "aug augustus august",
            "sep sept september",
            "okt oktober oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_GENDERS = {  # codes of ISO 5218
    word: code
    for code, words in {
        0: "0 o onbekend unknown ? - n/a",
        1: "1 m j jongen man mannelijk male boy jongetje heer",
        2: "2 v w meisje vrouw vrouwelijk female girl f mevrouw",
        9: "9 x anders onbepaald divers neutraal other non-binary nietgespecificeerd nvt",
    }.items()
    for word in words.split()
}
_EXCEL_START = dt.date(1899, 12, 30)
DAY_FIRST, MONTH_FIRST = "dmy", "mdy"


class NotADate(ValueError):
    """The text is no date."""


def read_date(text, order=DAY_FIRST, latest=None):
    """The date of a text: 01-03-2016, 2016-03-01, 1 maart 2016, 20160301 or 42430 (Excel).

    `order` says how 01/03/2016 is meant. Years of two digits are in the hundred years up to
    `latest`. Raises NotADate.
    """
    value = fold(text).strip(" .")
    value = re.sub(r"^(\d{4}-\d\d?-\d\d?)[t ]\d.*$|^(\S+?)[ t]\d\d?:\d\d.*$", r"\1\2", value)
    numbers = re.fullmatch(r"(\d{1,4})[-/. ](\d{1,2}|[a-z]+)\.?[-/. ](\d{1,4})", value)
    if numbers:
        return _of_parts(*numbers.groups(), order, latest)
    english = re.fullmatch(r"([a-z]+)\.? (\d{1,2}),? (\d{4})", value)
    if english:
        return _date(english[3], english[1], english[2])
    digits = re.fullmatch(r"\d{8}", value)
    if digits and value[4:6] <= "12":  # 20160301; the year of 01032016 is no month
        return _date(value[:4], value[4:6], value[6:])
    if digits:
        return _date(value[4:], value[2:4], value[:2])
    serial = re.fullmatch(r"(\d{4,5})(?:[.,]\d*)?", value)
    if serial:
        return _EXCEL_START + dt.timedelta(days=int(serial[1]))
    raise NotADate(text)


def _of_parts(first, middle, last, order, latest):
    if len(first) == 4:
        return _date(first, middle, last)
    if len(first) > 2 or len(last) not in (2, 4):
        raise NotADate(first)
    if len(last) == 2:
        top = (latest or dt.date(2099, 12, 31)).year
        year = top - top % 100 + int(last)
        last = str(year if year <= top else year - 100)
    if order == MONTH_FIRST and middle.isdecimal():
        first, middle = middle, first
    return _date(last, middle, first)


def _date(year, month, day):
    try:
        return dt.date(int(year), _MONTHS.get(month) or int(month), int(day))
    except ValueError as problem:
        raise NotADate(f"{day}-{month}-{year}") from problem


def order_of(texts):
    """Whether a column of dates puts the day or the month first: by numbers above twelve.

    One is not enough: it may be an error, and would turn all the others around.
    """
    found = [re.fullmatch(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}.*", text) for text in texts]
    pairs = [(int(match[1]), int(match[2])) for match in found if match]
    american = sum(second > 12 for _first, second in pairs)
    is_american = american > max(1, 0.3 * len(pairs)) and all(first <= 12 for first, _ in pairs)
    return MONTH_FIRST if is_american else DAY_FIRST


def read_gender(text):
    """The code of ISO 5218 (0, 1, 2 or 9) of a word or code; None when nobody knows the word."""
    return _GENDERS.get(fold(text).replace(" ", "").strip(".")) if text.strip() else 0


def looks_like_bsn(text):
    """Whether a cell holds a citizen service number; spreadsheets drop the first zero."""
    if re.fullmatch(r"\d{9}|\d{4}[ .-]\d\d[ .-]\d{3}|\d{3}([ .-])\d{3}\1\d{3}", text, re.ASCII):
        return passes_eleven_test(re.sub(r"\D", "", text))
    if not re.fullmatch(r"\d{8}", text, re.ASCII) or not passes_eleven_test(f"0{text}"):
        return False
    try:  # one date in eleven passes the test too: 20040222
        return not 1990 <= read_date(text).year <= 2050
    except NotADate:
        return True


def group_of_date(text):
    """5/6 of 2026-06-05 or 5-jun: what a spreadsheet makes of a group; "" for anything else."""
    found = re.fullmatch(r"\d{4}-(\d\d)-(\d\d)", text)
    if found:
        return f"{int(found[2])}/{int(found[1])}"
    found = re.fullmatch(r"(\d{1,2})[- ]([a-z]{3})\.?", fold(text))
    return f"{int(found[1])}/{_MONTHS[found[2]]}" if found and found[2] in _MONTHS else ""
