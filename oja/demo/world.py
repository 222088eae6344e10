"""The demo world: six fictional schools with three school years behind them, up to today.

Built by the persons of that world through the actions and their guards, so a rule that makes the
demo impossible fails here first. The same seed and day give the same world.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from random import Random

from django.apps import apps
from django.db import connection

from oja.access.actor import Actor, become
from oja.core.periods import school_year_of
from oja.demo.absence import Absences
from oja.demo.answers import Asker
from oja.demo.groups import GroupPlayer
from oja.demo.leavers import LeaverMaker
from oja.demo.meetings import hold_meetings, publish_figures
from oja.demo.money import Treasury
from oja.demo.process import Player
from oja.demo.pupils import PupilMaker
from oja.demo.purchases import Market
from oja.demo.register import SITES, Register, SiteSize, build_register
from oja.demo.stories import Story, StoryTeller
from support.models import Trajectory

#: Hulpvragen in three school years, spread over the sites by how many pupils get help.
REQUESTS = 500


@dataclass(frozen=True)
class WorldSize:
    """How large a world is built."""

    sites: tuple[SiteSize, ...] = SITES
    requests: int = REQUESTS


PILOT = WorldSize()
#: One school with a few pupils: enough for a test, and quick.
ONE_SCHOOL = WorldSize(
    sites=(
        SiteSize(
            "De Wissel", "sbo", "Vlechtwerk", 30, (6, 12), ("4a", "6b", "7a"), "Anna de Vries", 0.3
        ),
    ),
    requests=14,
)


def build_world(*, seed: int, today: dt.date, size: WorldSize = PILOT) -> Register:
    """Build the world in an empty database; the caller owns the transaction."""
    random = Random(seed)  # noqa: S311 - a made-up world, the same each time; nothing secret
    first_year = school_year_of(today).start
    start = dt.date(first_year.year - 2, 8, 1)
    with become(Actor.system("demo world")) as actor:
        register = build_register(actor, start=start, sites=size.sites)
        maker = PupilMaker(random, register, today)
        children = {site.name: maker.build(actor, site) for site in size.sites}
        former = LeaverMaker(maker, years=3)
        for site in size.sites:
            former.build(actor, site)
        market = Market(register, random, today)
        market.open(actor, start)
    treasury = Treasury(register, random, start, today)
    for name, provider in register.providers.items():
        treasury.grant(provider, register.people[MANAGERS[name][0]])
    # Answers draw apart: other choices in the world leave them as they are.
    answers = Random(seed + 1)  # noqa: S311 - a made-up world as well
    asker = Asker(register, answers, today)
    take_statistics()
    weight = {site.name: site.pupils * site.helped for site in size.sites}
    for site in size.sites:
        coordinator = register.people[site.coordinator]
        with become(Actor.for_user(coordinator)) as actor:
            Absences(random, start, today).record(actor, children[site.name])
        count = round(size.requests * weight[site.name] / sum(weight.values()))
        teller = StoryTeller(random, register, start, today)
        stories = teller.tell(site, children[site.name], count)
        groups = GroupPlayer(register, random, start, today)
        for number, wave in enumerate(waves(stories)):
            player = Player(
                register,
                random,
                today,
                # The second question of a family comes too late for the groups of that year.
                groups=groups if number == 0 else None,
                market=market,
                asker=asker,
            )
            first, second = MANAGERS[site.provider]
            player.play(
                wave,
                coordinator=coordinator,
                managers=(register.people[first], register.people[second]),
            )
            take_statistics()
    with become(Actor.system("demo world")) as actor:
        asker.send(actor)
        helped = set(Trajectory.objects.visible_to(actor).values_list("pupil", flat=True))
    for name, provider in register.providers.items():
        numbers = [
            pupil.case_number
            for site in size.sites
            if site.provider == name
            for pupil in children[site.name].pupils
            if pupil.pk in helped
        ]
        treasury.book(provider, register.people[MANAGERS[name][0]], numbers)
    take_statistics()
    hold_meetings(register, publish_figures(register, today), today)
    return register


def take_statistics() -> None:
    """Let the planner see how large the tables have grown: nothing else does in one transaction."""
    tables = sorted(
        model._meta.db_table
        for app in ("schools", "providers", "support", "access")
        for model in apps.get_app_config(app).get_models()
        if model._meta.managed
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(map(connection.ops.quote_name, tables)))


def waves(stories: list[Story]) -> list[list[Story]]:
    """The stories in sets that hold a family once: its second story begins after the first."""
    found, seen = [], Counter()
    for story in stories:
        number = seen[story.pupil.household]
        seen[story.pupil.household] += 1
        if number == len(found):
            found.append([])
        found[number].append(story)
    return found


#: Who decides at each provider, and who decides about the bills of what the first one ordered.
MANAGERS = {
    "Vlechtwerk": ("Cato Brouwer", "Wim Aalbers"),
    "Kiemkracht": ("Hans Evers", "Ria Blok"),
}
