"""Pupils with their families, and on purpose the awkward cases that every school has."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random

from oja.core.periods import birthday, school_year_of
from oja.demo.names import Namer
from oja.demo.register import Register, SiteSize
from schools.actions import add_pupils
from schools.models import Enrolment, Guardian, Pupil, Residence

#: Share of the pupils who live outside the municipality that pays.
ELSEWHERE = 0.25
LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"


@dataclass
class Children:
    """Rows that are made together, in one call per site."""

    pupils: list[Pupil] = field(default_factory=list)
    guardians: list[Guardian] = field(default_factory=list)
    residences: list[Residence] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)

    def guardians_by_pupil(self) -> dict[uuid.UUID, list[Guardian]]:
        """The guardians of each pupil, in the order in which they were made."""
        found = defaultdict(list)
        for guardian in self.guardians:
            found[guardian.pupil_id].append(guardian)
        return found


class PupilMaker:
    """Makes the pupils of a site; the same seed gives the same children."""

    def __init__(self, random: Random, register: Register, today: dt.date):
        self.random = random
        self.namer = Namer(random)
        self.register = register
        self.today = today
        self.year = school_year_of(today)

    def build(self, actor, size: SiteSize) -> Children:
        """All pupils of a site with guardians, residence and enrolment."""
        children = Children()
        while len(children.pupils) < size.pupils:
            self.add_family(children, size)
        self._awkward(children, size)
        add_pupils(
            actor,
            pupils=children.pupils,
            guardians=children.guardians,
            residences=children.residences,
            enrolments=children.enrolments,
        )
        return children

    def key(self) -> uuid.UUID:
        """A key from the seed, so that the same world is made again."""
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def add_family(self, children, size):
        """A family with one pupil, or two, of this site."""
        family = self.namer.family()
        household = self.key()
        siblings = 2 if self.random.random() < 0.12 else 1
        lives_elsewhere = self.random.random() < ELSEWHERE
        shape = self.random.random()
        adults = [self.namer.adult(family, woman=True), self.namer.adult(family, woman=False)]
        for _number in range(min(siblings, size.pupils - len(children.pupils))):
            person = self.namer.member(family)
            pupil = self._pupil(size, person, household)
            children.pupils.append(pupil)
            self._guardians(children, pupil, adults, shape)
            self._residence(children, pupil, lives_elsewhere)
            self._enrolment(children, pupil, size)

    def _pupil(self, size, person, household):
        youngest, oldest = size.ages
        age = self.random.randint(youngest, oldest)
        born = birthday(self.year.start, -age) - dt.timedelta(days=self.random.randrange(365))
        groups = self.register.groups[size.name]
        position = (age - youngest) * len(groups) // (oldest - youngest + 1)
        pupil = Pupil(
            pk=self.key(),
            site=self.register.sites[size.name],
            case_number=self._case_number(),
            first_name=person.first_name,
            prefix=person.prefix,
            last_name=person.last_name,
            birth_date=born,
            gender=2 if person.is_girl else 1,
            group=groups[min(position + self.random.randrange(2), len(groups) - 1)],
            language=person.language,
            household=household,
        )
        pupil.fill_sort_name()
        return pupil

    def _case_number(self):
        letters = "".join(self.random.choices(LETTERS, k=6))
        return f"{letters[:3]}-{letters[3:]}"

    def _guardians(self, children, pupil, adults, shape):
        """Two parents with custody, one, or a guardian by law: as often as it happens."""
        mother, father = adults
        if shape < 0.04:
            children.guardians.append(self._guardian(pupil, mother, "guardian"))
            return
        children.guardians.append(self._guardian(pupil, mother, "mother"))
        if shape > 0.20:
            children.guardians.append(self._guardian(pupil, father, "father"))
        elif shape > 0.10:
            children.guardians.append(self._guardian(pupil, father, "father", has_custody=False))

    def _guardian(self, pupil, person, relation, **values):
        values.setdefault("has_custody", True)
        number = self.random.randrange(10_000_000, 99_999_999)
        return Guardian(
            pk=self.key(),
            pupil=pupil,
            first_name=person.first_name,
            prefix=person.prefix,
            last_name=person.last_name,
            relation=relation,
            custody_source="school" if values["has_custody"] else "",
            phone=f"06 {number}",
            email=f"ouder{number}@gezin.example",
            language=person.language,
            **values,
        )

    def _residence(self, children, pupil, lives_elsewhere):
        register = self.register
        children.residences.append(
            Residence(
                pk=self.key(),
                pupil=pupil,
                municipality=register.neighbour if lives_elsewhere else register.home,
                ground="brp",
                valid_from=pupil.birth_date,
                checked_on=self.year.start,
            )
        )

    def _enrolment(self, children, pupil, size):
        years = self.random.randrange(0, 4)
        start = max(
            dt.date(self.year.start.year - years, 8, 1), birthday(pupil.birth_date, size.ages[0])
        )
        children.enrolments.append(
            Enrolment(
                pk=self.key(),
                pupil=pupil,
                school_type=size.school_type,
                group_label=pupil.group.name,
                valid_from=min(start, self.today),
            )
        )

    # Awkward cases

    def _awkward(self, children, size):
        """One of each; on fixed places, so that a person can find them again."""
        if len(children.pupils) < 20:
            return
        cases = (
            self._long_name,
            self._other_script,
            self._written_twice,
            self._no_residence,
            self._nobody_with_custody,
            self._father_died,
            self._moves_now,
            self._left_school,
            self._secret_contact,
        )
        for place, case in enumerate(cases):
            case(children, children.pupils[-1 - place])

    def _long_name(self, children, pupil):
        pupil.first_name = "Wilhelmina Alexandra Carolina Josephine"
        pupil.prefix = "van den"
        pupil.last_name = "Oude Grootenhuis-Sprakelaar tot Schuilenburg"
        pupil.fill_sort_name()

    def _other_script(self, children, pupil):
        pupil.first_name, pupil.prefix, pupil.last_name = "İlayda", "", "Özdemir-Çağlar"
        pupil.fill_sort_name()

    def _written_twice(self, children, pupil):
        """The same child with a variant of the name, as two administrations write it."""
        twin = children.pupils[0]
        pupil.first_name = twin.first_name
        pupil.prefix = twin.prefix
        pupil.last_name = twin.last_name.replace("ij", "y")
        pupil.birth_date = twin.birth_date
        pupil.group = twin.group
        pupil.fill_sort_name()
        for residence in children.residences:
            if residence.pupil_id == pupil.pk:
                residence.valid_from = pupil.birth_date

    def _no_residence(self, children, pupil):
        children.residences[:] = [r for r in children.residences if r.pupil_id != pupil.pk]

    def _nobody_with_custody(self, children, pupil):
        for guardian in children.guardians_by_pupil()[pupil.pk]:
            guardian.has_custody = False
            guardian.custody_source = ""

    def _father_died(self, children, pupil):
        fathers = [g for g in children.guardians_by_pupil()[pupil.pk] if g.relation == "father"]
        for guardian in fathers:
            guardian.is_deceased = True

    def _moves_now(self, children, pupil):
        moved_on = self.today - dt.timedelta(days=20)
        for residence in children.residences:
            if residence.pupil_id == pupil.pk:
                residence.valid_until = moved_on
                residence.municipality = self.register.home
        children.residences.append(
            Residence(
                pk=self.key(),
                pupil=pupil,
                municipality=self.register.neighbour,
                ground="brp",
                valid_from=moved_on,
                checked_on=moved_on,
            )
        )

    def _left_school(self, children, pupil):
        for enrolment in children.enrolments:
            if enrolment.pupil_id == pupil.pk:
                enrolment.valid_from = self.year.start - dt.timedelta(days=400)
                enrolment.valid_until = self.today - dt.timedelta(days=30)
                enrolment.end_reason = "moved_house"

    def _secret_contact(self, children, pupil):
        for guardian in children.guardians_by_pupil()[pupil.pk]:
            guardian.is_contact_secret = True
