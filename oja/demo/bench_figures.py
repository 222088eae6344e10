"""What figures count besides requests, for the world that `manage.py bench` measures.

Enrolments and absence of every pupil, budgets and cost lines, orders, work for classes, answers.
"""

import datetime as dt

from oja.access.models import Organisation
from providers.models import Budget, HourRate, Provider
from schools.models import AttendanceSpell, Enrolment
from support.models import (
    AnswerSheet,
    CollectiveWork,
    Commitment,
    CostLine,
    Subcontract,
    SurveyInvitation,
    SurveyRound,
)
from support.survey_rules import HalfYear, link_expires_on

BATCH = 2000
LINES = 3  # cost lines per trajectory
#: Kind of help and layer of a cost line, in turns.
KINDS = (("individual", "L3"), ("group", "L2"), ("ordered", "L5"), ("residential", "L5"))


def fill(world):
    """Everything; returns how many rows of what."""
    return {
        "enrolments": enrolments(world),
        "spells": spells(world),
        "cost_lines": money(world),
        "collective": collective(world),
        "answers": answers(world),
    }


def enrolments(world):
    """One for each pupil; one in ten left, to somewhere."""
    places = ("so", "vo", "none", "moved", "unknown")
    rows = []
    for number, pupil in enumerate(world.children):
        left = number % 10 == 9
        rows.append(
            Enrolment(
                pupil=pupil,
                site_id=pupil.site_id,
                school_type=("bao", "sbo", "so")[number % 3],
                valid_from=world.on - dt.timedelta(days=1200),
                valid_until=world.on - dt.timedelta(days=number % 900) if left else None,
                destination_type=places[number // 10 % 5] if left else "",
            )
        )
    Enrolment.objects.bulk_create(rows, BATCH)
    return len(rows)


def spells(world):
    """Absence of one pupil in twenty; a part of it lasts."""
    rows = []
    for number, pupil in enumerate(world.children[::20]):
        since = world.on - dt.timedelta(days=10 + number % 500)
        until = None if number % 3 == 0 else since + dt.timedelta(days=number % 60 + 1)
        rows.append(
            AttendanceSpell(
                pupil=pupil,
                site_id=pupil.site_id,
                kind=("unlawful", "ill")[number % 2],
                valid_from=since,
                valid_until=until,
            )
        )
    AttendanceSpell.objects.bulk_create(rows, BATCH)
    return len(rows)


def money(world):
    """Budgets of three years, lines on them, and an order in one of twenty-five cases."""
    HourRate.objects.create(
        provider=world.provider,
        cents_per_hour=9_000,
        valid_from=world.on - dt.timedelta(days=1500),
    )
    years = range(world.on.year - 2, world.on.year + 1)
    budgets = {
        year: Budget.objects.create(
            provider=world.provider,
            municipality=world.municipality,
            year=year,
            amount_cents=300_000_000,
        )
        for year in years
    }
    held = [case for case in world.cases if case.first_help_on]
    rows = []
    for number, case in enumerate(held):
        for step in range(LINES):
            on = min(case.first_help_on + dt.timedelta(days=30 * step), world.on)
            category, layer = KINDS[(number + step) % len(KINDS)]
            if on.year in budgets:
                rows.append(line(world, budgets[on.year], case, on, category, layer))
    CostLine.objects.bulk_create(rows, BATCH)
    orders(world, held[::25], budgets[world.on.year])
    return len(rows)


def line(world, budget, case, on, category, layer):
    """A line on a budget about one child, not stored yet."""
    return CostLine(
        provider=world.provider,
        budget=budget,
        municipality=world.municipality,
        year=budget.year,
        on=on,
        category=category,
        source="other",
        cents=world.random.randint(5_000, 200_000),
        layer=layer,
        trajectory=case,
        pupil_key=case.pupil_id,
        booked_on=on,
    )


def orders(world, cases, budget):
    """Bought care, and what it still takes of the budget of this year."""
    organisation = Organisation.objects.create(kind=Organisation.Kind.PROVIDER, name="Derde")
    third = Provider.objects.create(
        organisation=organisation, kind=Provider.Kind.THIRD, name=organisation.name
    )
    bought = Subcontract.objects.bulk_create(
        (
            Subcontract(
                reference=f"D-{number:06}",
                trajectory=case,
                provider=world.provider,
                pupil_id=case.pupil_id,
                pupil_name=case.pupil_name,
                site_id=case.site_id,
                third=third,
                jz020="45",
                goal="Weer naar school durven",
                help_kind="Ambulante begeleiding",
                reason="expertise",
                could_we="no",
                volume=10,
                rate_cents=10_000,
                ceiling_cents=100_000,
                starts_on=case.first_help_on,
                ends_on=case.first_help_on + dt.timedelta(days=90),
                take_back_plan="Na tien keer neemt de hulpverlener het over.",
                choice_discussed_on=case.first_help_on,
                proposed_on=case.first_help_on,
                sent_on=case.first_help_on,
                approved_on=case.first_help_on,
                ordered_on=case.first_help_on,
                state="ordered",
            )
            for number, case in enumerate(cases)
        ),
        BATCH,
    )
    Commitment.objects.bulk_create(
        (
            Commitment(
                subcontract=order,
                provider=world.provider,
                budget=budget,
                year=budget.year,
                cents=100_000,
                open_cents=40_000,
            )
            for order in bought
        ),
        BATCH,
    )


def collective(world):
    """Work for a class or a team, half as often as there are requests."""
    rows = [
        CollectiveWork(
            provider=world.provider,
            site=world.sites[number % len(world.sites)],
            worker=world.workers[number % len(world.workers)],
            on=world.on - dt.timedelta(days=number % 900),
            minutes=60,
            theme="Pesten en plagen",
            reach=24,
            form=("COLLECTIEF", "CONSULTATIE_TEAM")[number % 2],
        )
        for number in range(world.number // 2)
    ]
    CollectiveWork.objects.bulk_create(rows, BATCH)
    return len(rows)


def answers(world):
    """An invitation in one case of five, and an answer to half of them."""
    rounds, invited, sheets = {}, [], []
    for number, case in enumerate(world.cases[::5]):
        asked_on = min(case.registered_on + dt.timedelta(days=60), world.on)
        half_year = str(HalfYear.of(asked_on))
        if half_year not in rounds:
            rounds[half_year] = SurveyRound.objects.create(
                provider=world.provider,
                arrangement=world.arrangement,
                half_year=half_year,
                informant="parent",
            )
        invited.append(
            SurveyInvitation(
                trajectory=case,
                provider=world.provider,
                arrangement=world.arrangement,
                half_year=half_year,
                informant="parent",
                giver_label="moeder",
                asked_on=asked_on,
                expires_on=link_expires_on(asked_on),
            )
        )
        if number % 2 == 0:
            sheets.append(AnswerSheet(round=rounds[half_year], mark=6 + number % 5))
    SurveyInvitation.objects.bulk_create(invited, BATCH)
    AnswerSheet.objects.bulk_create(sheets, BATCH)
    return len(sheets)
