"""Groups with somebody who leads them, participants, sessions, and work for a class."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from oja.core.periods import today
from providers.models import GroupOffer, GroupWorker
from support.models import Attendance, CollectiveWork, GroupParticipant, GroupSession
from tests.factories.providers import WorkerFactory
from tests.factories.schools import SiteFactory
from tests.factories.support import TrajectoryFactory, agree, days_ago, noon


class GroupOfferFactory(DjangoModelFactory):
    """Every week on the weekday of today (Friday in a weekend), since a month."""

    class Meta:
        model = GroupOffer
        skip_postgeneration_save = True

    provider = factory.SelfAttribute("leader.provider")
    site = factory.SubFactory(SiteFactory)
    title = factory.Sequence(lambda n: f"Weerbaar samen {n}")
    goal = "Oefenen met samen spelen en grenzen aangeven"
    topic = "SOCEM"
    room = "speellokaal"
    weekday = factory.LazyFunction(lambda: min(today().isoweekday(), 5))
    start_time = dt.time(11)
    minutes = 60
    valid_from = factory.LazyFunction(lambda: days_ago(28))

    class Params:
        leader = factory.SubFactory(WorkerFactory)

    @factory.post_generation
    def led_by(self, create, extracted, **kwargs):
        """The workers who lead the group."""
        for worker in extracted or () if create else ():
            GroupWorkerFactory(group=self, worker=worker)


class GroupWorkerFactory(DjangoModelFactory):
    class Meta:
        model = GroupWorker

    group = factory.SubFactory(GroupOfferFactory)
    worker = factory.SubFactory(WorkerFactory, provider=factory.SelfAttribute("..group.provider"))
    provider = factory.SelfAttribute("group.provider")
    site = factory.SelfAttribute("group.site")
    valid_from = factory.SelfAttribute("group.valid_from")


class GroupParticipantFactory(DjangoModelFactory):
    """Takes part; name, class and what the school sees are written by triggers."""

    class Meta:
        model = GroupParticipant
        skip_postgeneration_save = True

    group = factory.SubFactory(GroupOfferFactory)
    trajectory = factory.SubFactory(TrajectoryFactory, active=True)
    provider = factory.SelfAttribute("trajectory.provider")
    site = factory.SelfAttribute("trajectory.site")
    state = "joined"
    valid_from = factory.LazyFunction(lambda: days_ago(7))

    @factory.post_generation
    def agreed(self, create, extracted, **kwargs):
        """Everyone who must agree has agreed that others are present."""
        if create and extracted:
            row = self.trajectory
            agree(row.request, purpose="others_present", trajectory=row)


class GroupSessionFactory(DjangoModelFactory):
    class Meta:
        model = GroupSession

    group = factory.SubFactory(GroupOfferFactory)
    provider = factory.SelfAttribute("group.provider")
    site = factory.SelfAttribute("group.site")
    number = 1
    on = factory.LazyFunction(lambda: days_ago(2))
    minutes = 60
    workers = 1
    recorded_at = factory.LazyAttribute(lambda o: noon(o.on))


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    participant = factory.SubFactory(GroupParticipantFactory)
    trajectory = factory.SelfAttribute("participant.trajectory")
    provider = factory.SelfAttribute("participant.provider")
    session = factory.SubFactory(
        GroupSessionFactory, group=factory.SelfAttribute("..participant.group")
    )
    group_id = factory.SelfAttribute("session.group_id")
    number = factory.SelfAttribute("session.number")
    on = factory.SelfAttribute("session.on")
    outcome = "present"


class CollectiveWorkFactory(DjangoModelFactory):
    class Meta:
        model = CollectiveWork

    worker = factory.SubFactory(WorkerFactory)
    provider = factory.SelfAttribute("worker.provider")
    site = factory.SubFactory(SiteFactory)
    on = factory.LazyFunction(lambda: days_ago(2))
    minutes = 60
    group_label = "groep 6"
    theme = "Pesten en plagen"
    reach = 24


def group_of(world, **fields):
    """A group at the school of a world of the cast, led by its worker."""
    fields.setdefault("leader", world.worker)
    fields.setdefault("led_by", [world.worker])
    fields.setdefault("site", world.site)
    return GroupOfferFactory(**fields)


def join(world, group, *, agreed=True, pupil=None, **fields):
    """A new pupil of that world who takes part."""
    row = world.new_trajectory(pupil=pupil, active=True)
    return GroupParticipantFactory(group=group, trajectory=row, agreed=agreed, **fields)


def a_group_for_everybody(trajectories):
    """One group per trajectory with a session and its presence, and work for a class beside it."""
    for row in trajectories:
        group = GroupOfferFactory(
            leader=row.regisseur, site=row.site, led_by=[row.regisseur], valid_from=days_ago(7)
        )
        participant = GroupParticipantFactory(group=group, trajectory=row)
        AttendanceFactory(participant=participant)
        CollectiveWorkFactory(worker=row.regisseur, site=row.site)
