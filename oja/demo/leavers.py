"""Pupils who left in the school years behind us, and where they went."""

import datetime as dt
from dataclasses import replace

from oja.demo.pupils import Children, PupilMaker
from oja.demo.register import SiteSize
from schools.actions import add_pupils
from schools.models import Enrolment, EnrolmentDestination

#: Share of a school that leaves in a year.
LEAVE = 0.14
#: Where they go, by the kind of school that they leave: how many of a hundred or so.
DESTINATIONS = {
    "sbo": {"vo": 34, "pro": 24, "sbo": 16, "so": 6, "vso": 5, "bao": 5, "moved": 5, "unknown": 3},
    "so": {"vso": 52, "so": 12, "sbo": 10, "pro": 8, "bao": 4, "moved": 7, "work": 3, "unknown": 3},
    "vso": {"work": 36, "mbo": 26, "vso": 12, "pro": 8, "vo": 5, "moved": 6, "unknown": 5},
    "pro": {"mbo": 46, "work": 26, "pro": 10, "vso": 6, "vo": 5, "moved": 4, "unknown": 3},
}
SPECIAL = ("so", "vso")


class LeaverMaker:
    """Makes the former pupils of a site, for as many school years as the demo world holds."""

    def __init__(self, maker: PupilMaker, *, years: int):
        self.maker = maker
        self.random = maker.random
        self.years = years

    def build(self, actor, size: SiteSize) -> Children:
        """Former pupils with family, residence and an enrolment that ended with a destination."""
        children = Children()
        for back in range(self.years):
            of_year = Children()
            count = round(size.pupils * LEAVE)
            while len(of_year.pupils) < count:
                self.maker.add_family(of_year, replace(size, pupils=count))
            for pupil, enrolment in zip(of_year.pupils, of_year.enrolments, strict=True):
                self._leaves(pupil, enrolment, size, back)
            for rows in ("pupils", "guardians", "residences", "enrolments"):
                getattr(children, rows).extend(getattr(of_year, rows))
        # One child of each school is at no school at all since the summer.
        if children.enrolments:
            self._at_home(children.enrolments[0])
        add_pupils(
            actor,
            pupils=children.pupils,
            guardians=children.guardians,
            residences=children.residences,
            enrolments=children.enrolments,
        )
        return children

    def _leaves(self, pupil, enrolment: Enrolment, size, back):
        summer = dt.date(self.maker.year.start.year - back, 8, 1)
        in_summer = self.random.random() < 0.8
        ended_on = (
            summer if in_summer else summer - dt.timedelta(days=self.random.randrange(30, 300))
        )
        pupil.birth_date -= dt.timedelta(days=365 * back)
        pupil.group = None
        enrolment.valid_from = dt.date(summer.year - self.random.randint(2, 4), 8, 1)
        enrolment.valid_until = ended_on
        kinds = DESTINATIONS[size.school_type]
        enrolment.destination_type = self.random.choices(list(kinds), list(kinds.values()))[0]
        enrolment.end_reason = self._reason(enrolment)

    def _reason(self, enrolment):
        went, came = enrolment.destination_type, enrolment.school_type
        if went == came:
            return Enrolment.EndReason.MOVED_SCHOOL
        if went in SPECIAL and came not in SPECIAL:
            return Enrolment.EndReason.SPECIAL
        if came in SPECIAL and went in ("bao", "sbo", "vo", "pro"):
            return Enrolment.EndReason.RETURNED
        if went == EnrolmentDestination.MOVED:
            return Enrolment.EndReason.MOVED_HOUSE
        if went == EnrolmentDestination.UNKNOWN:
            return Enrolment.EndReason.OTHER
        return Enrolment.EndReason.MOVED_UP

    def _at_home(self, enrolment):
        enrolment.destination_type = EnrolmentDestination.NONE
        enrolment.end_reason = Enrolment.EndReason.OTHER
