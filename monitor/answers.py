"""Answers to the survey as figures take them: per half-year that has begun, for whoever asks."""

from support.survey_results import of_half_years, results, results_for_publication
from support.survey_rules import HalfYear, half_years_in


def half_years(window):
    """The half-years of the window; a half-year that has begun counts whole."""
    end = HalfYear.of(window.reference_date).period.end
    return [str(one) for one in half_years_in(window.start, end)]


def of_windows(actor, own, windows):
    """{window: results} of the own organisations, in one query."""
    start = min(window.start for window in windows)
    end = max(HalfYear.of(window.reference_date).period.end for window in windows)
    found = results(actor, own.audience, own.organisations, start, end)
    return {
        window: [row for row in found if row.half_year in half_years(window)] for window in windows
    }


def of_cell(actor, cell, window):
    """{window: exact results} of a cell, for publication."""
    if cell.arrangement is None:
        found = of_half_years(half_years(window))
    else:
        found = results_for_publication(
            actor, arrangement=cell.arrangement, half_years=half_years(window)
        )
    return {window: [row for row in found if row.provider_id in cell.providers]}
