"""The date field: what people write, what it means, what it answers."""

import datetime

import pytest
from django import forms
from django.utils import translation

from oja.core.fields import DutchDateField
from oja.core.widgets import OptionBoxes, RadioBoxes, ScoreButtons, Segments

MONDAY = datetime.date(2026, 11, 16)


def read(text, **options):
    """The date that the field makes of ``text`` on Monday 16 November 2026."""
    return DutchDateField(today=MONDAY, **options).clean(text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("16-11-2026", "2026-11-16"),
        ("16/11", "2026-11-16"),
        ("16.11.26", "2026-11-16"),
        ("16 11 2026", "2026-11-16"),
        ("1-2-2027", "2027-02-01"),
        ("2026-11-16", "2026-11-16"),
        ("16 nov", "2026-11-16"),
        ("16 NOV. 2026", "2026-11-16"),
        ("3 mrt", "2027-03-03"),
        ("3 maart 2025", "2025-03-03"),
        ("28 december", "2026-12-28"),
        ("5 jan", "2027-01-05"),
        ("1 sep", "2026-09-01"),
        ("vandaag", "2026-11-16"),
        ("  Gisteren ", "2026-11-15"),
        ("eergisteren", "2026-11-14"),
        ("morgen", "2026-11-17"),
        ("ma", "2026-11-16"),
        ("di", "2026-11-10"),
        ("zondag", "2026-11-15"),
        ("29 feb 2028", "2028-02-29"),
    ],
)
def test_it_reads_what_people_write(text, date):
    assert read(text) == datetime.date.fromisoformat(date)


@pytest.mark.parametrize(
    ("text", "prefer", "date"),
    [
        ("3 mrt", "past", "2026-03-03"),
        ("1 sep", "future", "2027-09-01"),
        ("di", "future", "2026-11-17"),
        ("ma", "future", "2026-11-16"),
        ("16/11", "past", "2026-11-16"),
    ],
)
def test_it_looks_back_or_ahead_when_asked(text, prefer, date):
    assert read(text, prefer=prefer) == datetime.date.fromisoformat(date)


@pytest.mark.parametrize(
    ("text", "date"),
    [("16-11-14", "2014-11-16"), ("3 mrt 87", "1987-03-03"), ("1-1-26", "2026-01-01")],
)
def test_birthday_never_lies_ahead(text, date):
    assert read(text, birth=True) == datetime.date.fromisoformat(date)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31-11-2026", "impossible"),
        ("29 feb 2027", "impossible"),
        ("12-13-2026", "no_month"),
        ("over een week", "unreadable"),
        ("16", "unreadable"),
        ("m", "unreadable"),
        ("16-11-20261", "unreadable"),
        ("16 xyz", "unreadable"),
    ],
)
def test_it_refuses_what_is_no_date(text, code):
    with pytest.raises(forms.ValidationError) as refused:
        read(text)
    assert refused.value.code == code


def test_a_day_that_does_not_exist_is_named():
    with translation.override("nl"), pytest.raises(forms.ValidationError) as refused:
        read("31-11-2026")
    assert refused.value.messages == ["31 november bestaat niet. Vul een andere dag in"]


@pytest.mark.parametrize("text", ["vandaag", "ma", "16 nov"])
def test_birthday_needs_a_full_date(text):
    with pytest.raises(forms.ValidationError):
        read(text, birth=True)


def test_empty_is_refused_unless_it_may_be():
    with pytest.raises(forms.ValidationError):
        read("")
    assert read("", required=False) is None


class Talk(forms.Form):
    """A date with quick options, and one without."""

    held_on = DutchDateField(
        today=lambda: MONDAY, quick=[("vandaag", "Vandaag"), ("gisteren", "Gisteren")]
    )
    plain = DutchDateField(today=MONDAY, required=False)


@pytest.mark.parametrize(
    ("data", "date"),
    [
        ({"held_on_quick": "gisteren", "held_on": ""}, datetime.date(2026, 11, 15)),
        ({"held_on_quick": "other", "held_on": "3 nov"}, datetime.date(2026, 11, 3)),
        ({"held_on": "3 nov"}, datetime.date(2026, 11, 3)),
    ],
)
def test_quick_option_or_text(data, date):
    form = Talk(data)
    assert form.is_valid()
    assert form.cleaned_data["held_on"] == date


def test_redisplayed_date_is_told_in_full():
    with translation.override("nl"):
        html = str(Talk({"held_on_quick": "other", "held_on": "3 nov", "plain": "ma"})["plain"])
        assert "maandag 16 november 2026" in html
        assert "bestaat" not in str(Talk({"plain": "31-11-2026"})["plain"])


def test_quick_option_of_a_saved_date_is_chosen():
    html = str(Talk(initial={"held_on": datetime.date(2026, 11, 15)})["held_on"])
    assert 'value="gisteren" id="id_held_on_1" checked' in html
    assert 'name="held_on" value=""' in html


def test_saved_date_is_written_the_dutch_way():
    assert 'value="03-11-2026"' in str(Talk(initial={"plain": datetime.date(2026, 11, 3)})["plain"])


def test_date_has_changed_by_meaning():
    field = DutchDateField(today=MONDAY)
    assert not field.has_changed(MONDAY, "ma")
    assert field.has_changed(MONDAY, "di")
    assert field.has_changed(MONDAY, "nooit")


def boxes(widget, data=None, count=4):
    """A form with one field of choices."""
    several = isinstance(widget, OptionBoxes)
    kind = forms.MultipleChoiceField if several else forms.ChoiceField
    choices = [(str(number), f"Keuze {number}") for number in range(count)]
    return type("Boxes", (forms.Form,), {"x": kind(choices=choices, widget=widget)})(data)


def test_chosen_boxes_are_kept():
    html = str(boxes(OptionBoxes(), {"x": ["1", "3"]})["x"])
    assert html.count("checked") == 2
    assert html.count('type="checkbox"') == 4


def test_boxes_fold_the_rest_and_open_when_one_of_them_is_chosen():
    assert "<details" in str(boxes(OptionBoxes(visible=3), count=9)["x"])
    assert "<details" not in str(boxes(OptionBoxes(visible=3), count=4)["x"])
    closed = str(boxes(OptionBoxes(visible=3), {"x": ["0"]}, count=9)["x"])
    opened = str(boxes(OptionBoxes(visible=3), {"x": ["8"]}, count=9)["x"])
    assert 'details class="options-more" open' in opened
    assert 'details class="options-more" open' not in closed


def test_hints_and_icons_stand_with_their_option():
    html = str(boxes(RadioBoxes(hints={"1": "binnen 2 dagen"}, icons={"2": "house"}))["x"])
    assert html.index("Keuze 1") < html.index("binnen 2 dagen") < html.index("Keuze 2")
    assert "#house" in html


def test_segments_are_radio_buttons():
    assert str(boxes(Segments(), {"x": "2"})["x"]).count('type="radio"') == 4


def test_scores_run_from_nothing_to_ten():
    form = type(
        "Scored",
        (forms.Form,),
        {"x": forms.IntegerField(widget=ScoreButtons(ends=("slecht", "goed")))},
    )
    html = str(form({"x": "7"})["x"])
    assert html.count('type="radio"') == 11
    assert 'value="7" id="id_x_7" checked' in html.replace(" required", "")
    assert form({"x": "7"}).is_valid()
