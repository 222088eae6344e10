"""A parent or child behind a survey link: invited, filling in, sending; and what an owner reads."""

import hashlib

from django.db import connection

from oja.access.actor import Actor, become
from oja.access.models import OneTimeLink
from oja.access.scoping import guarded
from oja.core.periods import today
from support import survey_results
from support.actions.survey import invite_to_survey, keep_survey_answer, send_survey_answers
from support.survey_rules import HalfYear
from tests.support.helpers import acting

FULL = {"q1": 4, "q2": 3, "q3": None, "mark": 8, "remark": ""}


def rows(sql, *values):
    """What the owner of the database reads: every row, every hidden column."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def invite(cast, trajectory=None, world="a", informant="parent", guardian=None):
    """Somebody of a trajectory is invited; (invitation, link as an actor)."""
    worker = {"a": "bas", "b": "joke"}[world]
    trajectory = trajectory or getattr(cast, world).new_trajectory(active=True)
    with acting(cast, worker) as actor:
        invitation, code = invite_to_survey(
            actor, trajectory=trajectory, informant=informant, guardian=guardian
        )
    return invitation, holder(code)


def holder(code):
    """Whoever has the link."""
    digest = hashlib.sha256(code.encode()).hexdigest()
    return Actor.for_link(OneTimeLink.objects.get(token_hash=digest))


def fill_in(actor, **answers):
    """Answer every question, as the pages do."""
    with become(actor), guarded():
        for key, value in answers.items():
            keep_survey_answer(actor, key=key, value=value)


def send(actor, **answers):
    """Answer and send."""
    fill_in(actor, **{**FULL, **answers})
    with become(actor), guarded():
        return send_survey_answers(actor)


def results(cast, name="cato"):
    """The results of this half-year for one person."""
    with acting(cast, name):
        return survey_results.of_half_years([HalfYear.of(today())])


def only(found, informant="parent"):
    (row,) = [row for row in found if row.informant == informant]
    return row
