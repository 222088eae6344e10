"""Who must agree, and whether they did: the rule as a table of cases."""

import datetime as dt

import pytest

from support import consent_rules as rules
from support.consent_rules import Custodian, Outcome, Regime, Reply, Standing

BORN = dt.date(2014, 3, 10)
TWELVE, SIXTEEN = dt.date(2026, 3, 10), dt.date(2030, 3, 10)
DAY = dt.timedelta(days=1)
MOTHER, FATHER = Custodian("m", "moeder"), Custodian("v", "vader")
BOTH = (MOTHER, FATHER)
LONG_AGO = dt.date(2025, 1, 10)


def said(giver, state="given", on=LONG_AGO, **fields):
    return Reply(giver, state, answered_on=on, **fields)


def yes(*givers, on=LONG_AGO):
    return tuple(said(giver, on=on) for giver in givers)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (TWELVE - DAY, Regime.PARENTS),
        (TWELVE, Regime.PUPIL_AND_PARENTS),
        (TWELVE + DAY, Regime.PUPIL_AND_PARENTS),
        (SIXTEEN - DAY, Regime.PUPIL_AND_PARENTS),
        (SIXTEEN, Regime.PUPIL),
        (SIXTEEN + DAY, Regime.PUPIL),
    ],
)
def test_it_changes_on_the_birthday_itself(on, expected):
    assert rules.regime(BORN, on) is expected


def test_it_gives_a_child_of_29_february_the_first_of_march():
    born = dt.date(2012, 2, 29)
    assert rules.regime(born, dt.date(2024, 2, 28)) is Regime.PARENTS
    assert rules.regime(born, dt.date(2024, 2, 29)) is Regime.PUPIL_AND_PARENTS
    born = dt.date(2016, 2, 29)
    assert rules.regime(born, dt.date(2032, 2, 28)) is Regime.PUPIL_AND_PARENTS
    assert rules.regime(born, dt.date(2032, 2, 29)) is Regime.PUPIL


@pytest.mark.parametrize(
    ("custodians", "on", "keys"),
    [
        (BOTH, TWELVE - DAY, ["m", "v"]),
        (BOTH, TWELVE, [rules.PUPIL, "m", "v"]),
        (BOTH, SIXTEEN - DAY, [rules.PUPIL, "m", "v"]),
        (BOTH, SIXTEEN, [rules.PUPIL]),
        ((MOTHER,), TWELVE - DAY, ["m"]),
        ((), TWELVE - DAY, []),
        ((), TWELVE, [rules.PUPIL]),
        ((MOTHER, Custodian("v", is_deceased=True)), TWELVE - DAY, ["m"]),
        ((MOTHER, Custodian("v", has_custody=False)), TWELVE - DAY, ["m"]),
        ((MOTHER, Custodian("v", custody_from=TWELVE)), TWELVE - DAY, ["m"]),
        ((MOTHER, Custodian("v", custody_from=TWELVE - DAY)), TWELVE - DAY, ["m", "v"]),
        ((MOTHER, Custodian("v", custody_until=TWELVE - DAY)), TWELVE - DAY, ["m"]),
        ((MOTHER, Custodian("v", custody_until=TWELVE)), TWELVE - DAY, ["m", "v"]),
    ],
)
def test_it_asks_everyone_with_custody_on_that_day(custodians, on, keys):
    assert [key for key, _label in rules.required_givers(BORN, custodians, on)] == keys


CASES = {
    "nobody asked": (BOTH, (), TWELVE - DAY, Outcome.NONE),
    "one of two": (BOTH, yes("m"), TWELVE - DAY, Outcome.INCOMPLETE),
    "both": (BOTH, yes("m", "v"), TWELVE - DAY, Outcome.COMPLETE),
    "both, the child turns twelve": (BOTH, yes("m", "v"), TWELVE, Outcome.INCOMPLETE),
    "the child said yes at eleven": (
        BOTH,
        (*yes("m", "v"), said(rules.PUPIL, on=TWELVE - DAY)),
        TWELVE,
        Outcome.INCOMPLETE,
    ),
    "the child said yes on the birthday": (
        BOTH,
        (*yes("m", "v"), said(rules.PUPIL, on=TWELVE)),
        TWELVE,
        Outcome.COMPLETE,
    ),
    "parents only at fifteen": (BOTH, yes("m", "v"), SIXTEEN - DAY, Outcome.INCOMPLETE),
    "child only at fifteen": (
        BOTH,
        (said(rules.PUPIL, on=TWELVE),),
        SIXTEEN - DAY,
        Outcome.INCOMPLETE,
    ),
    "child only at sixteen": (BOTH, (said(rules.PUPIL, on=TWELVE),), SIXTEEN, Outcome.COMPLETE),
    "a parent refuses, the child is sixteen": (
        BOTH,
        (said(rules.PUPIL, on=TWELVE), said("m", "refused")),
        SIXTEEN,
        Outcome.COMPLETE,
    ),
    "one parent": ((MOTHER,), yes("m"), TWELVE - DAY, Outcome.COMPLETE),
    "no custody known": ((), (), TWELVE - DAY, Outcome.NONE),
    "no custody known, the child agrees": (
        (),
        (said(rules.PUPIL, on=TWELVE),),
        TWELVE,
        Outcome.INCOMPLETE,
    ),
    "no custody known, sixteen": ((), (said(rules.PUPIL, on=TWELVE),), SIXTEEN, Outcome.COMPLETE),
    "a parent died": (
        (MOTHER, Custodian("v", is_deceased=True)),
        yes("m"),
        TWELVE - DAY,
        Outcome.COMPLETE,
    ),
    "one refuses": (BOTH, (*yes("m"), said("v", "refused")), TWELVE - DAY, Outcome.DISPUTED),
    "both refuse": (
        BOTH,
        (said("m", "refused"), said("v", "refused")),
        TWELVE - DAY,
        Outcome.DISPUTED,
    ),
    "somebody without custody refuses": (
        (MOTHER,),
        (*yes("m"), said("v", "refused")),
        TWELVE - DAY,
        Outcome.COMPLETE,
    ),
    "one wants to talk": (BOTH, (*yes("m"), said("v", "talk")), TWELVE - DAY, Outcome.INCOMPLETE),
    "one was asked": (
        BOTH,
        (*yes("m"), Reply("v", "asked", asked_on=LONG_AGO)),
        TWELVE - DAY,
        Outcome.INCOMPLETE,
    ),
    "only asked": (
        BOTH,
        (Reply("v", "asked", asked_on=LONG_AGO),),
        TWELVE - DAY,
        Outcome.INCOMPLETE,
    ),
    "asked tomorrow": (BOTH, (Reply("v", "asked", asked_on=TWELVE),), TWELVE - DAY, Outcome.NONE),
    "answered tomorrow": (BOTH, yes("m", "v", on=TWELVE), TWELVE - DAY, Outcome.NONE),
    "asked again after yes": (
        BOTH,
        (*yes("m", "v"), Reply("v", "asked", asked_on=TWELVE - DAY)),
        TWELVE - DAY,
        Outcome.COMPLETE,
    ),
    "withdrawn today": (
        BOTH,
        (*yes("m"), said("v", "withdrawn", withdrawn_on=TWELVE - DAY)),
        TWELVE - DAY,
        Outcome.INCOMPLETE,
    ),
    "withdrawn tomorrow": (
        BOTH,
        (*yes("m"), said("v", "withdrawn", withdrawn_on=TWELVE)),
        TWELVE - DAY,
        Outcome.COMPLETE,
    ),
    "given again after a withdrawal": (
        BOTH,
        (
            *yes("m"),
            said("v", "withdrawn", withdrawn_on=dt.date(2025, 5, 1)),
            said("v", on=dt.date(2025, 6, 1), order=1),
        ),
        TWELVE - DAY,
        Outcome.COMPLETE,
    ),
    "refused later": (
        BOTH,
        (*yes("m", "v"), said("v", "refused", on=dt.date(2025, 6, 1))),
        TWELVE - DAY,
        Outcome.DISPUTED,
    ),
    "two of one day, the last recorded counts": (
        BOTH,
        (*yes("m"), said("v", "refused", order=1), said("v", order=2)),
        TWELVE - DAY,
        Outcome.COMPLETE,
    ),
    "corrected": (
        BOTH,
        (*yes("m", "v"), said("v", "refused", order=3, is_superseded=True)),
        TWELVE - DAY,
        Outcome.COMPLETE,
    ),
    "valid until today": (
        BOTH,
        (*yes("m"), said("v", valid_until=TWELVE - DAY)),
        TWELVE - DAY,
        Outcome.INCOMPLETE,
    ),
    "valid until tomorrow": (
        BOTH,
        (*yes("m"), said("v", valid_until=TWELVE)),
        TWELVE - DAY,
        Outcome.COMPLETE,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_weighs_the_answers(case):
    custodians, replies, on, expected = CASES[case]
    assert rules.state(BORN, custodians, replies, on).outcome is expected


def test_it_names_who_is_missing_and_since_when():
    replies = (
        said("m", "withdrawn", withdrawn_on=dt.date(2025, 5, 1)),
        Reply("v", "asked", asked_on=dt.date(2025, 4, 1)),
    )
    found = rules.state(BORN, BOTH, replies, TWELVE)
    assert [(g.key, g.standing, g.since) for g in found.missing] == [
        (rules.PUPIL, Standing.MISSING, None),
        ("m", Standing.WITHDRAWN, dt.date(2025, 5, 1)),
        ("v", Standing.ASKED, dt.date(2025, 4, 1)),
    ]
    assert [g.key for g in found.withdrawn] == ["m"]
    assert not found.given
    assert not found.refused
    assert not found.has_no_custodian


def test_it_says_that_nobody_with_custody_is_known():
    assert rules.state(BORN, (), (), TWELVE).has_no_custodian
    assert not rules.state(BORN, (), (), SIXTEEN).has_no_custodian


@pytest.mark.parametrize(
    ("custodians", "replies", "on", "until"),
    [
        (BOTH, yes("m", "v"), LONG_AGO, TWELVE),
        (
            BOTH,
            (*yes("m"), said("v", valid_until=dt.date(2025, 8, 1))),
            LONG_AGO,
            dt.date(2025, 8, 1),
        ),
        (
            BOTH,
            (*yes("m"), said("v", "withdrawn", withdrawn_on=dt.date(2025, 9, 1))),
            LONG_AGO,
            dt.date(2025, 9, 1),
        ),
        (
            (MOTHER, Custodian("v", custody_from=dt.date(2025, 7, 1))),
            yes("m"),
            LONG_AGO,
            dt.date(2025, 7, 1),
        ),
        (
            (MOTHER, Custodian("v", custody_until=dt.date(2025, 7, 1))),
            yes("m", "v"),
            LONG_AGO,
            TWELVE,
        ),
        (BOTH, (*yes("m", "v"), said(rules.PUPIL, on=TWELVE)), TWELVE, None),
        (BOTH, yes("m"), LONG_AGO, None),
    ],
)
def test_it_knows_how_long_a_complete_consent_holds(custodians, replies, on, until):
    assert rules.state(BORN, custodians, replies, on).until == until


LAST_OF_GRACE = TWELVE + dt.timedelta(days=27)


@pytest.mark.parametrize(
    ("replies", "on", "grace"),
    [
        (yes("m", "v"), TWELVE, LAST_OF_GRACE),
        (yes("m", "v"), LAST_OF_GRACE, LAST_OF_GRACE),
        (yes("m", "v"), LAST_OF_GRACE + DAY, None),
        (yes("m", "v"), TWELVE - DAY, None),
        (yes("m"), TWELVE, None),
        ((), TWELVE, None),
        ((*yes("m", "v"), said(rules.PUPIL, "refused", on=TWELVE)), TWELVE, None),
        ((*yes("m", "v"), said(rules.PUPIL, "talk", on=TWELVE)), TWELVE, None),
        ((*yes("m", "v"), Reply(rules.PUPIL, "asked", asked_on=TWELVE)), TWELVE, LAST_OF_GRACE),
        (yes("m", "v", on=TWELVE), TWELVE, None),
    ],
)
def test_it_lets_running_help_go_on_four_weeks_after_the_twelfth_birthday(replies, on, grace):
    found = rules.state(BORN, BOTH, replies, on)
    assert found.grace_until == grace
    assert rules.may_help(found, is_running=True) is (grace is not None or found.is_complete)
    assert rules.may_help(found) is found.is_complete
    assert rules.may_share(found) is found.is_complete


def test_it_gives_no_grace_without_parents():
    assert rules.state(BORN, (), (), TWELVE).grace_until is None


def test_it_counts_an_answer_of_the_pupil_from_twelve_on():
    assert not rules.may_answer(BORN, TWELVE - DAY)
    assert rules.may_answer(BORN, TWELVE)


def test_it_tells_a_dispute_from_a_consent():
    found = rules.state(BORN, BOTH, (*yes("m"), said("v", "refused")), LONG_AGO)
    assert found.is_disputed
    assert [g.key for g in found.refused] == ["v"]
    assert [g.key for g in found.given] == ["m"]
    assert rules.with_givers(found, ()).givers == ()
