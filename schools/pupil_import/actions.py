"""Handing in a list of pupils, reading it, undoing it. Actor first, dates as arguments."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access import files
from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.constraints import constraint_sentence
from oja.core.sheets import kind_of, read_sheet
from oja.core.workflow import MoveRefused, Refusal, hold
from schools.actions import (
    add_pupils,
    add_residences,
    change_pupils,
    end_enrolments_many,
    group_of_name,
    store,
)
from schools.actions.base import locked, own_site
from schools.models import (
    Enrolment,
    EnrolmentDestination,
    Pupil,
    PupilImport,
    Residence,
    SchoolGroup,
)
from schools.pupil_import import columns
from schools.pupil_import.edexml import read_edexml
from schools.pupil_import.plan import make_plan
from schools.pupil_import.table import ParsedPupils, lacking_sentence, make_table, read_pupils

State = PupilImport.State
REMEMBERED = 10  # files whose columns are remembered
NAMED = 10  # pupils named when an import cannot be undone


@transaction.atomic
def hand_in(actor, *, site, content, file_name, on):
    """Keep what a file says about pupils of a site, without writing any pupil yet.

    The same file that still lies there is given back. Raises FileRefused.
    """
    own_site(actor, site.pk)
    given = files.handed_in(actor, PupilImport, content=content, file_name=file_name, site=site)
    if given.sheet is not None:
        return given
    kind = kind_of(content)
    given.kind = PupilImport.Kind.EDEXML if kind == "xml" else kind
    if kind == "xml":
        given.sheet = read_edexml(content, site=site, on=on).as_plain()
        given.are_columns_checked = True
    else:
        given.sheet = make_table(read_sheet(content), on)
        known = remembered(actor, site)
        guesses = guesses_of(given, on, known)
        given.columns = {columns.plain(guess.heading): guess.field for guess in guesses}
        # A list that looks as the last one needs no second look.
        given.are_columns_checked = known.items() >= given.columns.items()
    return store(given)


def remembered(actor, site):
    """Heading -> field, as the school last had them read; empty before the first time."""
    rows = PupilImport.objects.visible_to(actor).filter(
        site=site, state__in=[State.DONE, State.UNDONE]
    )
    rows = rows.exclude(kind=PupilImport.Kind.EDEXML).order_by("-done_at")
    found = {}
    for columns_of_one in rows.values_list("columns", flat=True)[:REMEMBERED]:
        found = columns_of_one | found  # the newest choice for a heading counts
    return found


def guesses_of(given, on, known=None):
    """The guesses about the columns of a file that lies there."""
    cells = [cells for _line, cells in given.sheet["rows"] if cells is not None]
    return columns.guess(given.sheet["headings"], cells, on, known)


def parsed_of(given, on):
    """The ParsedPupils of a file that lies there, by the columns as they are chosen now.

    Raises FileRefused when a column is missing.
    """
    if given.kind == PupilImport.Kind.EDEXML:
        return ParsedPupils.from_plain(given.sheet)
    return read_pupils(given.sheet, files.places_of(given, columns.plain), on)


@transaction.atomic
def choose_columns(actor, *, pupil_import, chosen):
    """Say which column holds what: heading -> field, "" for one that is not read."""
    given = files.waiting(actor, Permission.PUPIL_CHANGE, pupil_import)
    if given.kind == PupilImport.Kind.EDEXML:  # it has no columns
        raise files.not_waiting(given)
    fields = [field for field in chosen.values() if field]
    files.refuse_twice(fields, columns.FIELD_LABELS)
    lacking = columns.missing(fields)
    if lacking:
        raise ValidationError(lacking_sentence(lacking))
    given.columns = {columns.plain(heading): field for heading, field in chosen.items()}
    given.are_columns_checked = True
    return store(given)


@transaction.atomic
def read_in(actor, *, pupil_import, on, at, expected=None):
    """Take the pupils over: new ones are enrolled, known ones changed, those who left end.

    Nobody is deleted.

    `expected` is the fingerprint of the plan that was looked at. All or nothing. Gives the file,
    with its report. Raises FileRefused, and ValidationError when something changed since.
    """
    hold("pupil_import", pupil_import.site_id)
    given = files.waiting(actor, Permission.PUPIL_CHANGE, pupil_import)
    site = given.site
    plan = make_plan(actor, site=site, parsed=parsed_of(given, on), on=on)
    if expected and expected != plan.fingerprint():
        raise ValidationError(_("Something changed since you looked. Look once more."))
    _note_rows_of(given)
    groups = _groups(actor, site, plan)
    pupils, enrolments, residences = _new_rows(site, plan, groups, on)
    changes = [(change.pupil, _after(change, groups)) for change in plan.changed]
    changes = [(pupil, after) for pupil, after in changes if after]
    changed = [_was(pupil, after) for pupil, after in changes]
    homes = [
        Residence(pupil=change.pupil, municipality=plan.places[change.row.line], valid_from=on)
        for change in plan.changed
        if change.row.line in plan.places
    ]
    ended = [_end(one.enrolment, one.row.left_on) for one in plan.ended]
    try:
        with transaction.atomic():
            change_pupils(actor, changes=changes, on=on)
            add_pupils(actor, pupils=pupils, enrolments=enrolments, residences=residences)
            add_residences(actor, residences=homes)
            _write_ends(actor, zip([one.enrolment for one in plan.ended], ended, strict=True))
    except IntegrityError as problem:  # somebody else was just before us
        raise ValidationError(constraint_sentence(problem)) from problem
    _note_rows_of(None)
    given.made = {"changed": changed, "ended": ended}
    given.report = vars_of(plan)
    given.sheet = None
    given.state = State.DONE
    given.done_at = at
    return store(given)


def _note_rows_of(given):
    """From here on the database notes which rows the file adds; None: not any more."""
    with connection.cursor() as cursor:
        key = str(given.pk) if given else ""
        cursor.execute("SELECT set_config('oja.pupil_import', %s, true)", [key])


def vars_of(plan):
    """The report of a plan, with what the person who reads it has to know."""
    return plan.report().as_dict() | {
        "notes": plan.notes,
        "left_out": plan.left_out,
        "left": len(plan.ended),
        "remarks": plan.remarks,
        "new_groups": plan.new_groups,
    }


def _groups(actor, site, plan):
    """Name as in the file -> group, made where it was not there."""
    wanted = {row.group for row in (*plan.new, *(change.row for change in plan.changed))} - {""}
    return {name: group_of_name(actor, site=site, name=name) for name in sorted(wanted)}


def _new_rows(site, plan, groups, on):
    pupils, enrolments, residences = [], [], []
    for row in plan.new:
        pupil = Pupil(
            site=site,
            first_name=row.first_name,
            prefix=row.prefix,
            last_name=row.last_name,
            birth_date=row.birth_date,
            gender=row.gender or Pupil.Gender.UNKNOWN,
            group=groups.get(row.group),
            school_number=row.school_number,
        )
        pupils.append(pupil)
        enrolments.append(
            Enrolment(
                pupil=pupil,
                valid_from=row.enrolled_on or on,
                school_type=site.school_type,
                group_label=row.group,
            )
        )
        if row.line in plan.places:
            start, place = row.enrolled_on or on, plan.places[row.line]
            residences.append(Residence(pupil=pupil, municipality=place, valid_from=start))
    return pupils, enrolments, residences


def _after(change, groups):
    """Field -> new value, of a known pupil."""
    after = {name: new for name, (_old, new) in change.fields.items() if name != "residence"}
    return after | ({"group": groups[change.row.group]} if "group" in after else {})


def _was(pupil, after):
    """What a pupil was and what it becomes, to undo it by."""
    return {
        "pupil": str(pupil.pk),
        "before": {name: _as_plain(getattr(pupil, name)) for name in after},
        "after": {name: _as_plain(value) for name, value in after.items()},
    }


def _end(enrolment, left_on):
    """What an enrolment was and what it becomes, to undo it by."""
    known = enrolment.destination_type
    return {
        "enrolment": str(enrolment.pk),
        "before": [_as_plain(enrolment.valid_until), known],
        "after": [_as_plain(left_on), known or EnrolmentDestination.UNKNOWN.value],
    }


def _write_ends(actor, ends, which="after"):
    """Give enrolments the end that stands under "after", or "before" again."""
    rows = []
    for enrolment, end in ends:
        until, destination = end[which]
        until = until and dt.date.fromisoformat(until)
        values = {"valid_until": until, "destination_type": destination}
        rows.append({"enrolment": enrolment, **values})
    end_enrolments_many(actor, rows)


def _as_plain(value):
    if isinstance(value, SchoolGroup):
        return str(value.pk)
    return value.isoformat() if isinstance(value, dt.date) else value


# --- Going back -----------------------------------------------------------------------------------


@transaction.atomic
def undo_import(actor, *, pupil_import, on, at):
    """Take new pupils away again and give changed ones back what they were. All or nothing.

    Who left is enrolled again; absence that ended with it is not opened again.
    Possible for a week, and while nothing was built on the new pupils; otherwise MoveRefused
    names them. What somebody changed since stays as it is.
    """
    hold("pupil_import", pupil_import.site_id)
    given = locked(actor, pupil_import)
    if not given.may_undo(at):
        raise MoveRefused([Refusal(_("This can be undone for 7 days only."))], given)
    with transaction.atomic():
        _change_back(actor, given.made["changed"], on)
        _enrol_back(actor, given.made.get("ended", []))
        kept = _take_away(given)
        if kept:
            transaction.set_rollback(True)
    if kept:
        raise MoveRefused(_built_on(actor, kept), given)
    given.state, given.made, given.undone_at = State.UNDONE, None, at
    return store(given)


def _take_away(given):
    """Delete through the one function that may; gives the keys of pupils that have to stay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT oja.undo_pupil_import(%s)", [given.pk])
        return cursor.fetchone()[0]


def _built_on(actor, keys):
    pupils = Pupil.objects.visible_to(actor).filter(pk__in=keys).order_by("sort_name", "pk")
    refusals = [
        Refusal(
            _("More was recorded about %(name)s since.") % {"name": pupil.full_name},
            url=reverse("pupil-detail", args=[pupil.pk]),
            url_label=_("Open the card"),
        )
        for pupil in pupils[:NAMED]
    ]
    if len(keys) > NAMED:
        refusals.append(Refusal(_("And about %d other pupils.") % (len(keys) - NAMED)))
    return refusals


def _change_back(actor, changed, on):
    """Give changed pupils back what they were, in the fields that nobody changed since."""
    rows = Pupil.objects.visible_to(actor, CHANGE).select_related("group")
    pupils = {str(row.pk): row for row in rows.filter(pk__in=[one["pupil"] for one in changed])}
    groups = {
        str(group.pk): group
        for group in SchoolGroup.objects.visible_to(actor).filter(
            pk__in={one["before"].get("group") for one in changed} - {None}
        )
    }
    changes = []
    for one in changed:
        pupil = pupils.get(one["pupil"])
        values = {
            name: _as_value(name, before, groups)
            for name, before in one["before"].items()
            if pupil and _as_plain(getattr(pupil, name)) == one["after"][name]
        }
        if values:
            changes.append((pupil, values))
    change_pupils(actor, changes=changes, on=on)


def _enrol_back(actor, ended):
    """Give enrolments back the end that they had, where nobody changed it since."""
    rows = Enrolment.objects.visible_to(actor, CHANGE)
    found = {str(row.pk): row for row in rows.filter(pk__in=[one["enrolment"] for one in ended])}
    ends = [
        (row, one)
        for one in ended
        if (row := found.get(one["enrolment"]))
        and [_as_plain(row.valid_until), row.destination_type] == one["after"]
    ]
    _write_ends(actor, ends, "before")


def _as_value(name, plain, groups):
    if name == "group":
        return groups.get(plain)
    return dt.date.fromisoformat(plain) if name == "birth_date" else plain


@transaction.atomic
def put_away(actor, *, pupil_import):
    """Forget a file that is not going to be read."""
    return files.put_away(actor, Permission.PUPIL_CHANGE, pupil_import)


@transaction.atomic
def forget_old(actor, *, at):
    """Empty what is kept of files longer than a week ago. Gives how many files that were."""
    number = files.forget_old(actor, Permission.PUPIL_CHANGE, PupilImport, at=at)
    rows = PupilImport.objects.visible_to(actor, CHANGE).filter(
        done_at__lte=at - dt.timedelta(days=files.KEPT_DAYS), made__isnull=False
    )
    return number + rows.update(made=None)
