"""Statements by hand that reach past the border of an organisation are refused."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection

from oja.access.actor import become
from oja.access.links import create_link
from oja.access.models import OneTimeLink
from oja.core.periods import today
from schools.models import GroupTeacher
from support import actions
from support.models import Consent, Plan
from tests.factories.support import ConsentFactory
from tests.support.helpers import acting


def test_a_plan_without_a_family_stays_with_the_provider_of_its_case(cast):
    plan = Plan(
        trajectory=cast.b.trajectory,
        provider_id=cast.a.trajectory.provider_id,
        version_number=9,
    )
    with (
        pytest.raises(IntegrityError, match="support_plan_trajectory_id_provider_id_bound"),
        become(cast.actor("cato")),
    ):
        Plan.objects.bulk_create([plan])


def test_a_copied_key_cannot_be_put_off_until_the_end_of_the_transaction(cast):
    row = GroupTeacher(
        user=cast.actor("ilse").user,
        site=cast.a.site,
        group=cast.b.group,
        valid_from=dt.date(2026, 1, 1),
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    with pytest.raises(IntegrityError, match="bound"), become(cast.actor("anna")):
        GroupTeacher.objects.bulk_create([row])


def test_a_consent_stays_with_its_case(cast):
    consent = ConsentFactory(request=cast.a.unshared)
    with become(cast.actor("anna")):
        rows = Consent.objects.filter(pk=consent.pk)
        trajectory = cast.b.trajectory
        assert rows.update(trajectory=trajectory.pk, provider=trajectory.provider_id) == 1
    consent.refresh_from_db()
    assert (consent.trajectory_id, consent.provider_id) == (None, cast.a.unshared.provider_id)


@pytest.mark.parametrize("name", ["dirk", "ilse", "hans"])
def test_nobody_makes_a_link_for_a_question_of_others(cast, name):
    with acting(cast, "anna") as anna:
        mother = cast.a.unshared.pupil.guardians.visible_to(anna).first()
        consent, _link, _code = actions.ask_consent_by_link(
            anna, request=cast.a.unshared, purpose="share", guardian=mother
        )
    actor = cast.actor(name)
    with pytest.raises(IntegrityError, match="open question"), become(actor):
        make_link(actor, consent)
    assert OneTimeLink.objects.filter(target_id=consent.pk).count() == 1


def test_no_link_for_what_was_answered(cast):
    consent = ConsentFactory(request=cast.a.unshared)
    anna = cast.actor("anna")
    with pytest.raises(IntegrityError, match="open question"), become(anna):
        make_link(anna, consent)


def make_link(actor, consent):
    create_link(
        actor,
        purpose="consent",
        target_id=consent.pk,
        expires_on=today() + dt.timedelta(days=1),
    )
