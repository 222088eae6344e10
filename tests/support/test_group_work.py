"""What a contact counts as, the bulk sisters of groups, and work for a class without a child."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum

from oja.access.actor import Actor
from oja.core.periods import today
from oja.core.workflow import MoveRefused
from support.actions import (
    add_participants_many,
    record_collective,
    record_collective_many,
    record_sessions_many,
    undo_collective,
)
from support.models import (
    CollectiveWork,
    Contact,
)
from tests.factories.groups import (
    group_of,
)
from tests.factories.support import ContactFactory, agree, days_ago
from tests.support.group_steps import ILL, PRESENT, group
from tests.support.helpers import acting

__all__ = ["group"]


def test_a_contact_knows_where_it_was_who_pays_and_its_layer(cast):
    contact = cast.a.contact
    contact.refresh_from_db()
    assert (contact.site, contact.municipality) == (cast.a.site, cast.a.municipality)
    assert (contact.is_funded, contact.layer) == (True, "L3")


def test_a_contact_of_an_unknown_residence_is_not_paid(cast):
    cast.a.pupil.residences.all().delete()
    contact = ContactFactory(trajectory=cast.a.trajectory)
    contact.refresh_from_db()
    assert (contact.municipality, contact.is_funded) == (None, False)


def test_a_contact_takes_the_layer_of_its_provision(cast):
    cast.a.provision.layer = "L4"
    cast.a.provision.save()
    contact = ContactFactory(trajectory=cast.a.trajectory, provision=cast.a.provision)
    contact.refresh_from_db()
    assert contact.layer == "L4"


def test_a_contact_follows_a_residence_that_is_recorded_afterwards(cast):
    residence = cast.a.pupil.residences.get()
    residence.municipality = cast.b.municipality
    residence.save()
    cast.a.contact.refresh_from_db()
    assert (cast.a.contact.municipality, cast.a.contact.is_funded) == (cast.b.municipality, False)


def test_nobody_writes_these_facts_by_hand(cast):
    with acting(cast, "bas") as bas:
        row = Contact.objects.visible_to(bas).get(pk=cast.a.contact.pk)
        row.is_funded, row.layer = False, "L5"
        row.save()
    row.refresh_from_db()
    assert (row.is_funded, row.layer) == (True, "L3")


def test_the_bulk_sisters_do_the_same(cast):
    system = Actor.system("a test")
    group = group_of(cast.a, places=4)
    rows = [cast.a.new_trajectory(active=True) for _n in range(4)]
    for row in rows:
        agree(row.request, purpose="others_present", trajectory=row)
    made = add_participants_many(
        system, [{"group": group, "trajectory": row, "on": days_ago(7)} for row in rows]
    )
    group.refresh_from_db()
    assert group.taken == 4
    days = (days_ago(3), days_ago(2))
    sessions = record_sessions_many(
        system,
        [
            {"group": group, "on": on, "minutes": 50, "workers": 2, "outcomes": dict(one)}
            for on in days
            for one in [[(made[0], ILL), *((p, PRESENT) for p in made[1:])]]
        ],
    )
    assert [s.number for s in sessions] == [1, 2]
    assert Contact.objects.filter(session__in=sessions).aggregate(s=Sum("minutes"))["s"] == 200
    group.refresh_from_db()
    assert group.state == "running"
    with pytest.raises(MoveRefused):
        add_participants_many(
            system,
            [{"group": group, "trajectory": cast.a.new_trajectory(active=True), "on": today()}],
        )


def test_it_records_work_for_a_class_without_any_child(cast):
    with acting(cast, "bas") as bas:
        work = record_collective(
            bas,
            worker=cast.a.worker,
            site=cast.a.site,
            on=today(),
            minutes=90,
            theme="Pesten",
            reach=24,
            group_label="groep 6",
        )
        undo_collective(bas, work=work)
        with pytest.raises(MoveRefused):
            undo_collective(bas, work=work)
    assert not CollectiveWork.objects.standing().exists()
    with acting(cast, "anna") as anna:
        assert CollectiveWork.objects.visible_to(anna).get() == work


def test_it_records_no_work_elsewhere_or_later(cast):
    given = {"worker": cast.a.worker, "minutes": 60, "theme": "x", "reach": 9}
    with acting(cast, "bas") as bas:
        for wrong in (
            {"site": cast.b.site, "on": today()},
            {"site": cast.a.site, "on": today() + dt.timedelta(days=1)},
        ):
            with pytest.raises(ValidationError):
                record_collective(bas, **given, **wrong)
        with pytest.raises(ValidationError):
            record_collective(bas, **{**given, "reach": 0}, site=cast.a.site, on=today())
    system = Actor.system("a test")
    made = record_collective_many(system, [{**given, "site": cast.a.site, "on": days_ago(1)}])
    assert len(made) == 1
    with pytest.raises(ValidationError):
        record_collective_many(
            system, [{**given, "site": cast.a.site, "on": today() + dt.timedelta(days=1)}]
        )
