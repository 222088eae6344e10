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
from oja.demo.groups import GroupPlayer
from oja.demo.leavers import LeaverMaker
from oja.demo.process import Player
from oja.demo.pupils import PupilMaker
from oja.demo.register import SITES, Register, SiteSize, build_register
from oja.demo.stories import Story, StoryTeller

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
    take_statistics()
    weight = {site.name: site.pupils * site.helped for site in size.sites}
    for site in size.sites:
        count = round(size.requests * weight[site.name] / sum(weight.values()))
        teller = StoryTeller(random, register, start, today)
        stories = teller.tell(site, children[site.name], count)
        with become(Actor.for_user(register.people[site.coordinator])) as actor:
            Absences(random, start, today).record(actor, children[site.name])
        groups = GroupPlayer(register, random, start, today)
        for number, wave in enumerate(waves(stories)):
            # The second question of a child or family comes too late for the groups of that year.
            player = Player(register, random, today, groups if number == 0 else None)
            player.play(
                wave,
                coordinator=register.people[site.coordinator],
                manager=register.people[MANAGERS[site.provider]],
            )
            take_statistics()
    return register


def take_statistics() -> None:
    """Let the planner see how large the tables have grown: nothing else does in one transaction."""
    tables = sorted(
        model._meta.db_table
        for app in ("schools", "providers", "support", "access")
        for model in apps.get_app_config(app).get_models()
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


#: Who decides at each provider.
MANAGERS = {"Vlechtwerk": "Cato Brouwer", "Kiemkracht": "Hans Evers"}
