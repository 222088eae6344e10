"""Handing in a file of bills, reading it, undoing it. Actor first, dates as arguments."""

import hashlib
import json

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access import files
from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.workflow import MoveRefused, Refusal, hold
from providers.actions.money import own_money
from schools.pupil_import.columns import plain
from support import cost_columns
from support.actions.common import locked, require, store
from support.budgets import closed_months
from support.cost_import import book_file, guesses_of, make_table, read_table
from support.models import CostImport, CostLine, CostSource, ExternalCost, ExternalState

State = CostImport.State


@transaction.atomic
def hand_in(actor, *, provider, content, file_name):
    """Keep what a file says about bills, without booking any yet. Returns the CostImport.

    The same file that still lies there is given back. Raises FileRefused.
    """
    provider = own_money(actor, provider)
    given = files.handed_in(
        actor, CostImport, content=content, file_name=file_name, provider=provider
    )
    if given.sheet is not None:
        return given
    known = remembered(actor, provider)
    table = make_table(content, known)
    guesses = guesses_of(table, known)
    cost_columns.refuse_missing(guess.field for guess in guesses)
    given.sheet = table
    given.columns = {plain(guess.heading): guess.field for guess in guesses}
    # A file that looks as the last one needs no second look.
    given.are_columns_checked = known.items() >= given.columns.items()
    return store(given)


def remembered(actor, provider):
    """Heading -> field, as the provider last had them read; empty before the first time."""
    rows = CostImport.objects.visible_to(actor).filter(
        provider=provider, state__in=[State.DONE, State.UNDONE]
    )
    return rows.order_by("-done_at").values_list("columns", flat=True).first() or {}


def file_of(given, on):
    """The CostFile of what lies there, by the columns as they are chosen now."""
    return read_table(given.sheet, files.places_of(given, plain), on=on)


@transaction.atomic
def choose_columns(actor, *, cost_import, chosen):
    """Say which column holds what: heading -> field, "" for one that is not read."""
    given = files.waiting(actor, Permission.BUDGET_CHANGE, cost_import)
    fields = [field for field in chosen.values() if field]
    files.refuse_twice(fields, cost_columns.FIELD_LABELS)
    lacking = cost_columns.missing(fields)
    if lacking:
        words = {"columns": ", ".join(lacking)}
        raise ValidationError(_("This file has no column with: %(columns)s") % words)
    given.columns = {plain(heading): field for heading, field in chosen.items()}
    given.are_columns_checked = True
    return store(given)


def example_of(actor, given, on):
    """(CostReport of what reading the file would do now, its fingerprint); nothing is written."""
    file = file_of(given, on)
    report = book_file(actor, provider=given.provider, file=file, on=on, dry_run=True, given=given)
    return report, fingerprint_of(file, report)


def fingerprint_of(file, report):
    """Changes with what booking would do, so that what is booked is what was looked at."""
    plain = json.dumps([file.items, report.as_dict()], default=str, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:40]


@transaction.atomic
def read_in(actor, *, cost_import, on, at, expected):
    """Book the bills of a file: all of them, or none. Returns the file with its report.

    `expected` is the fingerprint of the report that was looked at. Raises ValidationError when
    something changed since, MoveRefused when the file is not waiting.
    """
    hold("costs", cost_import.provider_id)
    given = files.waiting(actor, Permission.BUDGET_CHANGE, cost_import)
    file = file_of(given, on)
    with transaction.atomic():
        report = book_file(actor, provider=given.provider, file=file, on=on, given=given)
        is_other = bool(report.refused) or fingerprint_of(file, report) != expected
        if is_other:
            transaction.set_rollback(True)
    if is_other:
        raise ValidationError(_("Something changed since you looked. Look once more."))
    given.report, given.sheet = report.as_dict(), None
    given.state, given.done_at = State.DONE, at
    return store(given)


@transaction.atomic
def undo_import(actor, *, cost_import, on, at):
    """Take back every bill of a file by a line of its own: same month, same budget, less.

    No line is removed, so that what was booked and taken back both stay to be seen, and every
    budget and month is to the cent what it was. Possible for a week. Returns the file.
    """
    require(actor, Permission.BUDGET_CHANGE)
    hold("costs", cost_import.provider_id)
    given = locked(actor, cost_import)
    if not given.may_undo(at):
        raise MoveRefused([Refusal(_("This can be undone for 7 days only."))], given)
    bills = ExternalCost.objects.visible_to(actor, CHANGE).filter(file=given)
    bills = list(bills.exclude(state=ExternalState.UNDONE).select_for_update(of=("self",)))
    lines = CostLine.objects.visible_to(actor).filter(external__in=[bill.pk for bill in bills])
    closed = {month for _provider, month in closed_months(actor, [given.provider_id])}
    CostLine.objects.bulk_create([_taken_back(line, closed, on) for line in lines], batch_size=500)
    for bill in bills:
        bill.state = ExternalState.UNDONE
    ExternalCost.objects.visible_to(actor, CHANGE).bulk_update(bills, ["state"], 500)
    given.state, given.undone_at = State.UNDONE, at
    return store(given)


def _taken_back(line, closed, on):
    """The line that takes back another one."""
    return CostLine(
        provider_id=line.provider_id,
        budget_id=line.budget_id,
        municipality_id=line.municipality_id,
        year=line.year,
        on=line.on,
        category=line.category,
        source=CostSource.OTHER,
        cents=-line.cents,
        layer=line.layer,
        jz020=line.jz020,
        trajectory_id=line.trajectory_id,
        pupil_key=line.pupil_key,
        reverses=line,
        is_provisional=line.on.replace(day=1) not in closed,
        booked_on=on,
        description=_("Taken back: %(what)s") % {"what": line.description[:150]},
    )


@transaction.atomic
def put_away(actor, *, cost_import):
    """Forget a file that is not going to be read."""
    return files.put_away(actor, Permission.BUDGET_CHANGE, cost_import)


@transaction.atomic
def forget_old(actor, *, at):
    """Empty what is kept of files that nobody read. Gives how many that were."""
    return files.forget_old(actor, Permission.BUDGET_CHANGE, CostImport, at=at)
