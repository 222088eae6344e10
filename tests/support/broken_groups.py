"""Constraint of groups, and of work for a class -> what breaks it; see test_constraints."""

import datetime as dt

from support.models import GroupSession
from tests.factories.groups import (
    AttendanceFactory,
    CollectiveWorkFactory,
    GroupParticipantFactory,
    GroupSessionFactory,
    GroupWorkerFactory,
    group_of,
)
from tests.factories.support import ContactFactory, days_ago

LONG_AGO = dt.date(2000, 1, 1)


def group(**fields):
    """Opens a group that cannot be."""
    return lambda w: group_of(w, led_by=[], **fields)


def participant(**fields):
    """Lets a pupil take part as nobody can."""
    return lambda w: GroupParticipantFactory(group=group_of(w), trajectory=w.trajectory, **fields)


def session(**fields):
    """Records a session of a group with one session already."""
    return lambda w: GroupSessionFactory(
        group=GroupSessionFactory(group=group_of(w)).group, **fields
    )


def replaced_by_itself(world):
    """A session that is its own correction."""
    row = GroupSessionFactory(group=group_of(world))
    GroupSession.objects.filter(pk=row.pk).update(replaced_by=row.pk)


def twice_a_participant(world):
    """The same pupil twice in one group."""
    row = participant()(world)
    GroupParticipantFactory(group=row.group, trajectory=row.trajectory)


def twice_marked(world):
    """The same participant twice in one session."""
    mark = AttendanceFactory(participant=participant()(world))
    AttendanceFactory(participant=mark.participant, session=mark.session)


def two_contacts(world):
    """Two contacts of one pupil for one session."""
    row = GroupSessionFactory(group=group_of(world))
    for _each in range(2):
        ContactFactory(trajectory=world.trajectory, session=row)


def work(**fields):
    """Records work for a class that cannot be."""
    return lambda w: CollectiveWorkFactory(worker=w.worker, site=w.site, **fields)


BROKEN = {
    "groupoffer_end_after_start": group(valid_until=LONG_AGO),
    "groupoffer_weekday_exists": group(weekday=6),
    "groupoffer_sizes_are_possible": group(places=1),
    "groupoffer_places_suffice": group(places=2, taken=3),
    "groupoffer_finished_has_end": group(state="done"),
    "groupworker_end_after_start": lambda w: GroupWorkerFactory(
        group=group_of(w), worker=w.spare, valid_until=LONG_AGO
    ),
    "groupworker_once_per_date": lambda w: GroupWorkerFactory(group=group_of(w), worker=w.worker),
    "groupparticipant_end_after_start": participant(state="left", valid_until=LONG_AGO),
    "groupparticipant_left_has_end": participant(state="left"),
    "groupparticipant_once_at_a_time": twice_a_participant,
    "groupsession_once_a_day": session(number=2),
    "groupsession_number_once": session(on=days_ago(5)),
    "groupsession_does_not_replace_itself": replaced_by_itself,
    "groupsession_took_time": session(number=2, on=days_ago(5), minutes=1),
    "attendance_once_per_session": twice_marked,
    "contact_once_per_session": two_contacts,
    "collectivework_took_time_and_reached_somebody": work(reach=0),
}
