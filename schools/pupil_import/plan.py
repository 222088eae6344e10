"""What a file means for the pupils of a site: new, changed, unchanged, refused. Writes nothing.

A pupil is the same by the number of the school, else by name and birth date. An empty cell says
nothing, so it never empties what is known; who is not in the file stays as it is.
"""

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.access.scoping import CHANGE
from oja.core.text import fold
from schools.duo import Report
from schools.imports import Refused
from schools.models import Enrolment, Municipality, Pupil, SchoolGroup
from schools.pupil_import.names import split_prefix
from schools.pupil_import.record import Homes, Leavers
from schools.pupil_import.table import PupilRow

COMPARED = ("first_name", "prefix", "last_name", "birth_date", "gender", "school_number")


@dataclass(frozen=True)
class Change:
    """A known pupil of whom the file says something else: field -> (before, after)."""

    row: PupilRow
    pupil: Pupil
    fields: dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Ending:
    """A known pupil who left: the enrolment ends, the pupil stays."""

    row: PupilRow
    pupil: Pupil
    enrolment: Enrolment


@dataclass
class Plan:
    """Everything that reading the file would do."""

    total: int = 0
    new: list[PupilRow] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    ended: list[Ending] = field(default_factory=list)
    unchanged: list[PupilRow] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    absent: list[Pupil] = field(default_factory=list)
    new_groups: list[str] = field(default_factory=list)
    places: dict[int, Municipality] = field(default_factory=dict)  # line -> residence to record
    remarks: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)

    def report(self):
        """The Report: the same words as the import of the register.

        `gone` counts the pupils of the site who are not in the file: nothing is done to them.
        """
        counts = Counter(name for change in self.changed for name in change.fields)
        counts.update("left_on" for _one in self.ended)
        return Report(
            rows=self.total,
            new=len(self.new),
            changed=len(self.changed) + len(self.ended),
            unchanged=len(self.unchanged),
            gone=len(self.absent),
            refused=[{"line": row.line, "reason": row.reason} for row in self.refused],
            changes=dict(sorted(counts.items())),
        )

    def fingerprint(self):
        """A short text that differs when reading would do something else than was shown."""
        said = [
            [row.line for row in self.new],
            [
                [change.row.line, str(change.pupil.pk), sorted(change.fields)]
                for change in self.changed
            ],
            [[one.row.line, str(one.pupil.pk), one.row.left_on.isoformat()] for one in self.ended],
            [[line, place.code] for line, place in self.places.items()],
            [row.line for row in self.refused],
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def make_plan(actor, *, site, parsed, on):
    """The Plan of a ParsedPupils for a site, as the actor sees its pupils."""
    plan = Plan(
        total=parsed.total,
        refused=list(parsed.refused),
        notes=list(parsed.notes),
        left_out=dict(parsed.left_out),
    )
    known = _Known(actor, site)
    groups = SchoolGroup.objects.visible_to(actor).filter(site=site)
    group_names = {fold(name): name for name in groups.values_list("name", flat=True)}
    seen = {}
    homes, leavers, former = Homes(actor, site), None, []
    for row in parsed.rows:
        pupil, problem = known.find(row)
        problem = problem or _double(row, pupil, seen)
        if problem:
            plan.refused.append(Refused(row.line, problem))
            continue
        plan.remarks += [(row.line, text) for text in row.remarks]
        if row.left_on:
            leavers = leavers or Leavers(actor, site)
            _leave(plan, row, pupil, leavers)
            if pupil is None:
                former.append(row.line)
            continue
        if row.group and fold(row.group) not in group_names:
            group_names[fold(row.group)] = row.group
            plan.new_groups.append(row.group)
        place, problem = homes.compare(row, pupil, on) if pupil else homes.of(row)
        if problem:
            plan.remarks.append((row.line, problem))
        if place:
            plan.places[row.line] = place
        if pupil is None:
            plan.new.append(row)
            continue
        changes = _changes(row, pupil) | ({"residence": ("", place.name)} if place else {})
        if changes:
            plan.changed.append(Change(row, pupil, changes))
        else:
            plan.unchanged.append(row)
        if pupil.pk not in known.enrolled_on(on):
            plan.remarks.append(
                (row.line, _("This pupil is not enrolled any more. Look at the card of the pupil."))
            )
    if former:
        words = ngettext(
            "%(number)d former pupil who is not known here was passed over (line %(lines)s).",
            "%(number)d former pupils who are not known here were passed over (lines %(lines)s).",
            len(former),
        )
        shown = ", ".join(map(str, former[:20])) + (", …" if len(former) > 20 else "")
        plan.notes.append(words % {"number": len(former), "lines": shown})
    plan.refused.sort(key=lambda refused: refused.line)
    plan.absent = known.absent(on)
    return plan


def _leave(plan, row, pupil, leavers):
    """A pupil who left: end what still runs, and nothing else of that line."""
    enrolment, problem = leavers.to_end(row, pupil) if pupil else (None, "")
    if enrolment is not None:
        plan.ended.append(Ending(row, pupil, enrolment))
        return
    plan.unchanged.append(row)
    if problem:
        plan.remarks.append((row.line, problem))


def person_key(first_name, prefix, last_name, birth_date):
    """By what a pupil without number is recognised: the name without its prefix, and the date."""
    if not prefix:
        _prefix, last_name = split_prefix(last_name)
    return fold(f"{first_name} {last_name}").replace("-", " "), birth_date


def key_of(person):
    """The person_key of a PupilRow or a Pupil."""
    return person_key(person.first_name, person.prefix, person.last_name, person.birth_date)


class _Known:
    """The pupils of the site, to be found by number or by name and birth date."""

    def __init__(self, actor, site):
        rows = Pupil.objects.visible_to(actor, CHANGE).filter(site=site)
        self.pupils = list(rows.select_related("group").order_by("sort_name", "pk"))
        self.by_number = {pupil.school_number: pupil for pupil in self.pupils}
        self.by_number.pop("", None)
        self.by_person = defaultdict(list)
        for pupil in self.pupils:
            self.by_person[key_of(pupil)].append(pupil)
        self.found = set()
        self._enrolments = Enrolment.objects.visible_to(actor).filter(site=site)
        self._enrolled = {}

    def find(self, row):
        """(the pupil or None, why the row cannot be used or "")."""
        pupil = self.by_number.get(row.school_number)
        if pupil is not None:
            self.found.add(pupil.pk)
            if pupil.birth_date != row.birth_date and key_of(pupil)[0] != key_of(row)[0]:
                return None, (
                    _("Number %s belongs to a pupil with another name and birth date here.")
                    % row.school_number
                )
            return pupil, ""
        same = self.by_person[key_of(row)]
        self.found |= {pupil.pk for pupil in same}
        if len(same) > 1:
            return None, _("There are several pupils here with this name and birth date.")
        return (same[0] if same else None), ""

    def enrolled_on(self, on):
        """The keys of the pupils who are enrolled on the date, or will be."""
        if on not in self._enrolled:
            rows = self._enrolments.exclude(valid_until__lte=on)
            self._enrolled[on] = set(rows.values_list("pupil_id", flat=True))
        return self._enrolled[on]

    def absent(self, on):
        """Pupils who are enrolled and whom no line of the file speaks about."""
        enrolled = self.enrolled_on(on)
        return [p for p in self.pupils if p.pk in enrolled and p.pk not in self.found]


def _double(row, pupil, seen):
    """Why a line says nothing new: this pupil stood on an earlier line."""
    keys = [key_of(row)]
    if row.school_number:
        keys.append(row.school_number)
    if pupil is not None:
        keys.append(pupil.pk)
    earlier = next((seen[key] for key in keys if key in seen), None)
    if earlier is not None:
        return _("This pupil is already on line %d.") % earlier
    seen.update(dict.fromkeys(keys, row.line))
    return ""


def _changes(row, pupil):
    """Field -> (before, after), of what the file says and what differs."""
    names = COMPARED
    whole = fold(f"{row.first_name} {row.prefix} {row.last_name}")
    if row.is_whole_name and whole == fold(pupil.full_name):
        # One column does not say where the surname begins; what is known does.
        names = COMPARED[3:]
    found = {}
    for name in names:
        before, after = getattr(pupil, name), getattr(row, name)
        if after not in ("", None) and after != before:
            found[name] = (before, after)
    if row.group and fold(row.group) != fold(pupil.group_label):
        found["group"] = (pupil.group_label, row.group)
    return found
