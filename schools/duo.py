"""Bringing the register in step with a file of DUO: new, changed, gone, with history.

Sites that are missing from a newer file are marked and never deleted: pupils and requests hang on
them. A site of which the line was refused is not missing.
"""

import collections
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils import timezone

from oja.access.models import Organisation
from oja.core.workflow import hold
from schools import imports
from schools.models import (
    ImportRun,
    Municipality,
    School,
    SchoolBoard,
    SchoolSite,
    SchoolType,
    SiteChange,
)

BATCH = 1000
PLAIN_FIELDS = (
    "name",
    "street",
    "house_number",
    "postal_code",
    "city",
    "phone",
    "website",
    "denomination",
    "holiday_region",
)


@dataclass
class Report:
    """What an import did, in numbers; `changes` counts the sites per changed field."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    refused: list = field(default_factory=list)
    changes: dict = field(default_factory=dict)

    def as_dict(self):
        return asdict(self)


def import_addresses(actor, *, content, file_name, sha256, on, dry_run=False):
    """Read the bytes of an address file and bring the register in step. Returns a Report.

    `on` is the date that history gets. With `dry_run` everything is done and taken back.
    Raises imports.FileRefused, and then nothing was written.
    """
    parsed = imports.parse_addresses(content)
    with transaction.atomic():
        hold("import", "duo addresses")
        report = _apply(parsed, on)
        ImportRun.objects.create(
            kind="duo-addresses",
            file_name=file_name[:255],
            sha256=sha256,
            on=on,
            actor_label=actor.label,
            report=report.as_dict(),
        )
        if dry_run:
            transaction.set_rollback(True)
    return report


def _apply(parsed, on):
    report = Report(
        rows=parsed.total,
        refused=[{"line": row.line, "reason": row.reason} for row in parsed.refused],
    )
    municipalities = _municipalities(parsed.rows)
    boards = _boards(parsed.rows)
    schools = _schools(parsed.rows)
    known = {
        site.code: site
        for site in SchoolSite.objects.filter(code__isnull=False).select_related(
            "municipality", "board"
        )
    }

    new, changed, history, counts = [], [], [], collections.Counter()
    for row in parsed.rows:
        values = {name: getattr(row, name) for name in PLAIN_FIELDS}
        values["municipality"] = municipalities[row.municipality_code]
        values["board"] = boards[row.board] if row.board else row.board
        # A column that the file does not have says nothing; an empty board is no board.
        values = {name: value for name, value in values.items() if value is not None}
        if row.board == "":
            values["board"] = None
        site = known.get(row.code)
        if site is None:
            new.append(_new_site(row, values, schools[row.brin]))
            continue
        values |= {"gone_on": None, "source": SchoolSite.Source.DUO}
        differences = _differences(site, values)
        if not differences:
            report.unchanged += 1
            continue
        counts.update(differences.keys())
        history += _history(site, differences, on)
        for name in differences:
            setattr(site, name, values[name])
        changed.append(site)

    gone = _gone(known, parsed)
    for site in gone:
        history += _history(site, {"gone_on": (None, on)}, on)
        site.gone_on = on

    _write(new, changed, gone, history)
    report.new, report.changed, report.gone = len(new), len(changed), len(gone)
    report.changes = dict(sorted(counts.items()))
    return report


def _municipalities(rows):
    """Municipality per code, made or renamed as needed; a blank name never replaces a known one."""
    names = collections.defaultdict(collections.Counter)
    for row in rows:
        names[row.municipality_code][row.municipality_name] += bool(row.municipality_name)
    found = {row.code: row for row in Municipality.objects.filter(code__in=names)}
    new, renamed = [], []
    for code, counted in names.items():
        (name, votes), *_rest = counted.most_common(1)
        if code not in found:
            found[code] = Municipality(code=code, name=name if votes else code)
            new.append(found[code])
        elif votes and found[code].name not in counted:
            found[code].name = name
            found[code].updated_at = timezone.now()
            renamed.append(found[code])
    Municipality.objects.bulk_create(new, batch_size=BATCH)
    Municipality.objects.bulk_update(renamed, ["name", "updated_at"], batch_size=BATCH)
    return found


def _boards(rows):
    """SchoolBoard per number; the file knows no names of boards."""
    numbers = {row.board for row in rows if row.board}
    found = {row.number: row for row in SchoolBoard.objects.filter(number__in=numbers)}
    new = [SchoolBoard(number=number) for number in sorted(numbers - found.keys())]
    SchoolBoard.objects.bulk_create(new, batch_size=BATCH)
    return found | {board.number: board for board in new}


def _schools(rows):
    """School per BRIN, named after the site with the lowest code."""
    names = {}
    for row in sorted(rows, key=lambda row: row.code):
        names.setdefault(row.brin, row.name)
    found = {row.brin: row for row in School.objects.filter(brin__in=names)}
    new = [School(brin=brin, name=name) for brin, name in names.items() if brin not in found]
    School.objects.bulk_create(new, batch_size=BATCH)
    return found | {school.brin: school for school in new}


def _new_site(row, values, school):
    organisation = Organisation(kind=Organisation.Kind.SITE, name=row.name)
    return SchoolSite(
        organisation=organisation,
        code=row.code,
        school=school,
        school_type=SchoolType.BAO,
        source=SchoolSite.Source.DUO,
        **values,
    )


def _differences(site, values):
    """Field → (old, new) for the fields that differ."""
    return {
        name: (getattr(site, name), value)
        for name, value in values.items()
        if getattr(site, name) != value
    }


def _history(site, differences, on):
    return [
        SiteChange(
            site=site,
            field=name,
            old=_as_text(old),
            new=_as_text(new),
            on=on,
            source=SchoolSite.Source.DUO,
        )
        for name, (old, new) in differences.items()
    ]


def _as_text(value):
    """What history says: the number of a board and the code of a municipality, not our keys."""
    if value is None:
        return ""
    if isinstance(value, SchoolBoard):
        return value.number
    if isinstance(value, Municipality):
        return value.code
    return str(value)


def _gone(known, parsed):
    """Primary schools from DUO that the file does not name, neither in a refused line."""
    if not parsed.rows:
        return []
    named = {row.code for row in parsed.rows} | {row.code for row in parsed.refused}
    return [
        site
        for code, site in sorted(known.items())
        if code not in named
        and site.gone_on is None
        and site.source == SchoolSite.Source.DUO
        and site.school_type == SchoolType.BAO
    ]


def _write(new, changed, gone, history):
    now = timezone.now()
    Organisation.objects.bulk_create([site.organisation for site in new], batch_size=BATCH)
    SchoolSite.objects.bulk_create(new, batch_size=BATCH)
    for site in (*changed, *gone):
        site.updated_at = now
    SchoolSite.objects.bulk_update(
        [*changed, *gone],
        [*PLAIN_FIELDS, "municipality", "board", "gone_on", "source", "updated_at"],
        batch_size=BATCH,
    )
    _rename_organisations(changed, now)
    SiteChange.objects.bulk_create(history, batch_size=BATCH)


def _rename_organisations(sites, now):
    """An organisation is called as its site."""
    names = {site.pk: site.name for site in sites}
    stale = [
        organisation
        for organisation in Organisation.objects.in_bulk(list(names)).values()
        if organisation.name != names[organisation.pk]
    ]
    for organisation in stale:
        organisation.name = names[organisation.pk]
        organisation.updated_at = now
    Organisation.objects.bulk_update(stale, ["name", "updated_at"], batch_size=BATCH)
