"""What holds for every figure, also for those that are still to be written."""

import datetime as dt

import pytest

from monitor import statements
from monitor.columns import for_list, row_columns
from monitor.definition import POPULATIONS, Window
from monitor.engine import has_field, measure, measure_by_site, populations, rows, source_rows
from monitor.indicators import indicators
from monitor.presentation import part_numbers
from oja.access.actor import Actor, become
from tests.monitor.world import TODAY, day, numbers_of

#: Columns about something that may not have happened.
MAY_BE_EMPTY = {"help_ended_on", "valid_until", "destination_type", "group_label"}
CAST = ("anna", "cato", "dirk", "hans", "kees")
YEARS = ("2024-2025", "2025-2026", "2026-2027")
WINDOWS = tuple(Window.of_school_year(year, TODAY) for year in YEARS)


def figures_of(world, name):
    """(actor, figure) for all that somebody may see, under that person's identity."""
    actor = Actor.for_user(world.users[name], on=TODAY)
    with become(actor):
        for own in populations(actor):
            for figure in measure(indicators(), actor, own, WINDOWS, on=TODAY).values():
                yield actor, figure


@pytest.mark.parametrize("name", CAST)
def test_it_counts_as_many_rows_as_it_shows(whole, name):
    seen = 0
    for actor, figure in figures_of(whole, name):
        for part, number in part_numbers(figure).items():
            counted = figure.indicator.part(part)
            found = rows(figure.indicator, part, figure.own, actor, figure.window)
            listed = list(for_list(found, figure.indicator, counted, figure.own.audience))
            assert over(listed, counted) == number, (figure.indicator.slug, part, figure.window)
            seen += number
    assert seen


@pytest.mark.parametrize("name", CAST)
def test_it_keeps_each_narrower_part_within_the_whole(whole, name):
    for actor, figure in figures_of(whole, name):
        known = figure.indicator
        within = {
            row
            for whole in known.measure.wholes()
            for row in rows(known, whole.slug, figure.own, actor, figure.window)
        }
        for part in known.measure.lists():
            assert set(rows(known, part.slug, figure.own, actor, figure.window)) <= within


def over(listed, part):
    """The number of a part, worked out by hand over the rows of its list."""
    assert part.how in ("count", "sum")
    return len(listed) if part.how == "count" else sum(getattr(row, part.of) for row in listed)


def population(model, own):
    """Which rows are an organisation's own, said by hand."""
    if model.__name__ == "SupportRequest" and own.audience == "provider":
        return {"shared_provider__in": own.keys}
    return {f"{POPULATIONS[own.audience].column}__in": own.keys}


@pytest.mark.parametrize("name", CAST)
def test_it_counts_what_the_system_counts_over_the_same_population(whole, name):
    """Row security takes nothing away from a figure, and adds nothing to it."""
    system = Actor.system("test: the whole population")
    for _actor, figure in list(figures_of(whole, name)):
        indicator, own = figure.indicator, figure.own
        with become(system):
            for part, number in part_numbers(figure).items():
                model = indicator.source_of(indicator.part(part), own.audience)
                everything = model.objects.visible_to(system).filter(**population(model, own))
                facts = {} if indicator.part(part).source else indicator.annotations(figure.window)
                condition = indicator.part(part).rows(figure.window)
                found = list(everything.annotate(**facts).filter(condition))
                assert over(found, indicator.part(part)) == number


@pytest.mark.parametrize("name", CAST)
def test_it_adds_up_to_the_whole_per_site(whole, name):
    for actor, figure in figures_of(whole, name):
        sites = measure_by_site(figure.indicator, actor, figure.own, [figure.window], on=TODAY)
        apart = [part_numbers(found[figure.window]) for found in sites.values()]
        models = {
            figure.indicator.source_of(part, figure.own.audience)
            for part in figure.indicator.measure.parts()
        }
        if not all(has_field(model, "site") for model in models):
            assert not sites
            continue
        for part, number in part_numbers(figure).items():
            assert sum(one[part] for one in apart) == number


@pytest.mark.parametrize("name", CAST)
def test_it_reads_only_rows_of_the_own_organisations(whole, name):
    for actor, figure in figures_of(whole, name):
        column = POPULATIONS[figure.own.audience].column + "_id"
        for part in figure.indicator.measure.lists():
            model = figure.indicator.source_of(part, figure.own.audience)
            found = source_rows(model, figure.own, actor)
            assert {getattr(row, column) for row in found} <= set(figure.own.keys)


def test_it_gives_every_row_a_value_in_every_column(whole):
    for actor, figure in figures_of(whole, "anna"):
        audience = figure.own.audience
        for part in figure.indicator.measure.lists():
            columns = row_columns(figure.indicator, part, audience, figure.window)
            found = rows(figure.indicator, part.slug, figure.own, actor, figure.window)
            for row in for_list(found, figure.indicator, part, audience):
                assert all(
                    column.of(row) is not None or column.name in MAY_BE_EMPTY for column in columns
                )


@pytest.mark.parametrize("name", ["bas", "els", "fem"])
def test_it_shows_nothing_live_to_other_roles(whole, name):
    assert list(figures_of(whole, name)) == []


@pytest.mark.parametrize(
    ("name", "role", "within"),
    [
        ("cato", "provider_manager", "providers"),
        ("anna", "school_coordinator", "sites"),
    ],
)
def test_it_asks_all_numbers_in_one_statement(whole, django_assert_num_queries, name, role, within):
    actor = Actor.for_user(whole.users[name], on=TODAY)
    with become(actor):
        (own,) = populations(actor)
        actor.ids(role, within)
        survey = any(own.audience in known.without_rows for known in indicators())
        for _time in range(2):  # when the text is made, and when it is remembered
            with django_assert_num_queries(1 + survey):
                measure(indicators(), actor, own, WINDOWS, on=TODAY)
            statements.forget()


def test_it_says_what_it_is_with_every_figure(whole):
    for _actor, figure in figures_of(whole, "cato"):
        assert figure.own.label == "Vlechtwerk"
        assert figure.indicator.version
        assert str(figure.indicator.definition)
        assert figure.window.reference_date


@pytest.mark.parametrize("name", CAST)
def test_it_gives_the_same_from_a_statement_that_it_remembers(whole, name):
    statements.forget()
    first = {(f.indicator.slug, f.window): f.numbers for _actor, f in figures_of(whole, name)}
    again = {(f.indicator.slug, f.window): f.numbers for _actor, f in figures_of(whole, name)}
    assert first == again
    kinds = {type(n.value) for numbers in again.values() for n in numbers.values()}
    assert kinds <= {int, type(None), dt.timedelta, dt.date}


def test_it_counts_anew_from_a_statement_that_it_remembers(people):
    asked = day("2026-09-01")
    assert numbers_of(people, "cato", "stock-and-flow")["end"] == 0
    people.started(people.a, asked, asked, day("2026-09-10"))
    assert numbers_of(people, "cato", "stock-and-flow")["end"] == 1
    assert numbers_of(people, "hans", "stock-and-flow")["end"] == 0
