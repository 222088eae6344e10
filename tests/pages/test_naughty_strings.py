"""The big list of naughty strings through every text field of every form.

Nothing breaks, nothing is run by a browser, and what was stored comes back as it was typed.
Every text goes through the form of a pupil; every field of every other form gets its share.
"""

import csv
import io
import json
from itertools import islice
from pathlib import Path

import openpyxl
import pytest
from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils.html import escape

from oja.core.fields import DutchDateField, EuroField
from oja.core.text import clean_text
from schools.models import Pupil
from tests.factories.schools import PupilFactory
from tests.pages.samples import SAMPLES
from tests.pages.walks import house, lines

__all__ = ["house"]
NUL = "\x00"
OWN = [
    f"voor{NUL}na",
    NUL,
    "\uffff",
    "=1+1",
    "@SUM(1)",
    "-2",
    "\t=1",
    "x" * 5000,
    "{{ 7 }}",
    "{% x %}",
]
NAUGHTY = [
    text
    for text in json.loads(
        (Path(__file__).parents[1] / "data/robust/blns.json").read_text(encoding="utf-8")
    )
    + OWN
    if text
]
DAYS = {"future": "morgen"}
TEXTS = (forms.TextInput, forms.Textarea)


def is_text(field):
    """Whether people type in this field."""
    return isinstance(field.widget, TEXTS) and not isinstance(
        field.widget, (forms.HiddenInput, forms.PasswordInput)
    )


def filled(page):
    """The form on a page as it would be sent, with something chosen wherever a choice is due."""
    form = page.context["form"]
    values = dict(page.context.get("hidden_fields") or ())
    for name, field in form.fields.items():
        bound = form[name]
        value = bound.value()
        if isinstance(field, DutchDateField):
            value = value or ("1-1-2018" if field.birth else DAYS.get(field.prefer, "vandaag"))
        choices = [key for key, _label in getattr(field, "choices", []) if str(key)]
        if choices and not value and field.required:
            value = choices[0]
        if isinstance(field, forms.MultipleChoiceField) and not isinstance(value, (list, tuple)):
            value = [value] if value else []
        if value is None or value is False:
            continue
        several = isinstance(value, (list, tuple))
        values[form.add_prefix(name)] = list(map(str, value)) if several else str(value)
    return form, values


def portions(texts, size):
    """Groups of that many, each text once."""
    rest = iter(texts)
    while group := list(islice(rest, size)):
        yield group


def packed(texts, length):
    """The same texts on lines, as many together as a long field takes."""
    pack = ""
    for text in texts:
        if len(text) > length:
            continue
        if len(pack) + len(text) + 1 > length:
            yield pack
            pack = ""
        pack += f"{text}\n"
    yield pack


def dangerous(page, texts):
    """Naughty texts that stand on a page as they are, so that a browser would run them."""
    return [text for text in texts if "<" in text and len(text) > 3 and text in page]


#: The pupil is enrolled already, and the parents agreed already; bought care asks for an offer with
#: its own unit, and a bill for the number of a trajectory: refused, and tried all the same.
NOT_STORED = (
    *("enrolment-create", "plan-agreement"),
    *("subcontract-create:traject", "budget-match"),
)


#: Where people type a number.
NUMBERS = (forms.IntegerField, forms.DecimalField, EuroField)


def plain(form):
    """An ordinary value for every field in which people must type and that is still empty.

    A text box that is filled gets another: a correction in which nothing changes is refused.
    """
    found = {}
    for name, field in form.fields.items():
        if isinstance(field, NUMBERS) and field.required and form[name].value() in (None, ""):
            found[form.add_prefix(name)] = "2"
        elif isinstance(field.widget, forms.Textarea) and form[name].value():
            found[form.add_prefix(name)] = "gewoon"
        elif is_text(field) and field.required and not form[name].value():
            if isinstance(field, forms.TimeField):
                found[form.add_prefix(name)] = "09:00"
            elif type(field) is forms.CharField:
                found[form.add_prefix(name)] = "gewoon"
    return found


def is_stored(house, name, path, query, data):
    """Whether an ordinary form is accepted: else nothing would reach the database here."""
    with transaction.atomic():
        answer = house.browsers[name].post(path, data, query_params=query)
        transaction.set_rollback(True)
    return answer.status_code == 302


def share(groups, at, number=16):
    """So many of the groups, others for every form."""
    groups = list(groups)
    step = max(1, len(groups) // number)
    return groups[at % step :: step]


def form_samples():
    """One sample for every page with a form, who fills it in, and its place in the row."""
    for at, sample in enumerate(SAMPLES):
        if sample.public or sample.is_post or not sample.ok or sample.code != 200:
            continue
        yield pytest.param(sample, sample.ok.split()[0], at, id=str(sample))


def try_form(house, name, path, query, data, texts):
    """What went wrong with one post, and with the page after it; all is undone again."""
    wrong = []
    client = house.browsers[name]
    with transaction.atomic():
        answer = client.post(path, data, query_params=query)
        if answer.status_code >= 500:
            wrong.append(("error", texts))
        wrong += [("not escaped", text) for text in dangerous(answer.content.decode(), texts)]
        stored = answer.status_code == 302 and not answer["Location"].startswith("/inloggen/")
        if stored:
            after = client.get(answer["Location"])
            page = after.content.decode()
            if after.status_code >= 500:
                wrong.append(("error afterwards", texts))
            wrong += [("not escaped afterwards", text) for text in dangerous(page, texts)]
        transaction.set_rollback(True)
    return wrong


@pytest.mark.parametrize(("sample", "name", "at"), list(form_samples()))
def test_a_form_takes_whatever_people_type(house, db, sample, name, at):
    path, query = sample.address(house.a)
    page = house.browsers[name].get(path, query)
    if "hidden_fields" not in (page.context or {}):
        return  # a page without a form
    form, values = filled(page)
    typed = [form.add_prefix(key) for key, field in form.fields.items() if is_text(field)]
    if not typed:
        return
    assert is_stored(house, name, path, query, values | plain(form)) != (str(sample) in NOT_STORED)
    wrong = []
    for texts in share(portions(NAUGHTY, len(typed)), at):
        # A group that is too small starts again, so that every field gets something.
        data = values | {key: texts[place % len(texts)] for place, key in enumerate(typed)}
        wrong += try_form(house, name, path, query, data, texts)
    for key, field in form.fields.items():
        if not isinstance(field.widget, forms.Textarea):
            continue
        for pack in share(packed(NAUGHTY, field.max_length or 2000), at, 8):
            data = values | {form.add_prefix(key): pack}
            wrong += try_form(house, name, path, query, data, pack.splitlines())
    assert not wrong, lines(wrong)


def test_what_was_stored_comes_back_as_it_was_typed(house, db):
    """Every text as the first name of a pupil: without NUL, escaped, and nothing else changed."""
    client = house.browsers["anna"]
    url = reverse("pupil-edit", args=[house.a.pupil.pk])
    wrong, number = [], 0
    form, values = filled(client.get(url))
    fields = [name for name in ("first_name", "prefix", "last_name") if name in form.fields]
    for texts in portions(NAUGHTY, len(fields)):
        typed = dict(zip(fields, texts, strict=False))
        with transaction.atomic():
            answer = client.post(url, values | typed)
            if answer.status_code == 302:
                number += 1
                row = Pupil.objects.get(pk=house.a.pupil.pk)
                card = client.get(answer["Location"]).content.decode()
                for name, text in typed.items():
                    stored = getattr(row, name)
                    if stored != clean_text(text).strip() and "•" not in stored:
                        wrong.append((text, stored))
                    if stored.strip() and escape(stored) not in card:
                        wrong.append(("not on the card", stored))
            elif answer.status_code != 200:
                wrong.append((texts, answer.status_code))
            transaction.set_rollback(True)
    assert not wrong, lines(wrong)
    assert number > len(NAUGHTY) / len(fields) / 3


SEARCHES = (
    ("request-pupil-search", "naam", "anna"),
    ("pupil-list", "q", "anna"),
    ("request-list", "q", "cato"),
    ("trajectory-list", "q", "bas"),
)
PARAMETERS = {
    "pupil-list": ("group", "site", "zoek", "pagina", "aantal", "volgorde", "formaat"),
    "request-list": ("school", "stand", "wacht", "onderwerp", "spoed", "bron", "zoek", "volgorde"),
    "trajectory-list": ("school", "stand", "regisseur", "aandacht", "pagina"),
    "request-create": ("leerling", "school"),
    "contact-create": ("traject", "inzet", "dag"),
    "figures": ("schooljaar", "tot"),
    "figure-rows": ("schooljaar", "tot", "voor", "school"),
    "glossary": ("q",),
}
ARGS = {"figure-rows": ["open-waiting", "count"]}


def test_a_search_takes_whatever_people_type(house, db):
    wrong = []
    for at, (url_name, field, name) in enumerate(SEARCHES):
        for text in NAUGHTY[at :: len(SEARCHES)]:
            found = try_form(house, name, reverse(url_name), {}, {field: text}, [text])
            wrong += [(url_name, *one) for one in found]
    assert not wrong, lines(wrong)


@pytest.mark.parametrize("url_name", PARAMETERS)
def test_an_address_takes_whatever_stands_in_it(house, db, url_name):
    name = "bas" if url_name == "contact-create" else "anna"
    path = reverse(url_name, args=ARGS.get(url_name, []))
    names = PARAMETERS[url_name]
    wrong = []
    first = list(PARAMETERS).index(url_name)
    for at, text in enumerate(NAUGHTY[first::4]):
        field = names[at % len(names)]
        with transaction.atomic():
            answer = house.browsers[name].get(path, {field: text})
            transaction.set_rollback(True)
        if answer.status_code not in (200, 302, 404):
            wrong.append((field, text, answer.status_code))
        wrong += [(field, one) for one in dangerous(answer.content.decode(), [text])]
    assert not wrong, lines(wrong)


def test_nobody_breaks_the_log_in_page_or_a_link(house, db):
    wrong = []
    for at, text in enumerate(NAUGHTY):
        path, data = (
            ("/inloggen/", {"login": text, "password": text, "next": text}),
            ("/wachtwoord-vergeten/", {"email": text}),
            ("/vraag/", {"day": text, "month": text, "year": text}),
        )[at % 3]
        wrong += [(path, *one) for one in try_form(house, None, path, {}, data, [text])]
    assert not wrong, lines(wrong)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_survives_them_all(house, db, kind):
    texts = [clean_text(text)[:100] for text in NAUGHTY]
    texts = [text for text in texts if text.strip()]
    with transaction.atomic():
        for text in texts:
            PupilFactory(site=house.a.site, first_name="x", last_name=text)
        answer = house.browsers["anna"].get(reverse("pupil-list"), {"formaat": kind})
        transaction.set_rollback(True)
    assert answer.status_code == 200
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        cells = [row[0] for row in rows]
        # A cell that a spreadsheet would take for a formula carries an apostrophe.
        assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
        assert {len(row) for row in rows} == {len(rows[0])}
    else:
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        cells = [row[0] for row in book.worksheets[-1].iter_rows(values_only=True)]
        every = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        formulas = [cell for cell in every if cell.data_type == "f"]
        assert formulas == []
    assert len(cells) > len(texts)
    page = "\n".join(map(str, cells))
    assert "Ω≈ç√∫˜µ≤≥÷" in page
    assert "voorna" in page
    assert NUL not in page
