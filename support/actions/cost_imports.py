"""Handing in a file of bills, reading it, undoing it. Actor first, dates as arguments."""

import datetime as dt
import hashlib
import json

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.text import clean_text, mask_bsn
from oja.core.workflow import MoveRefused, Refusal, hold
from providers.actions.money import own_money
from schools.pupil_import.columns import plain
from support import cost_columns
from support.actions.common import locked, require, store
from support.budgets import closed_months
from support.cost_import import book_file, guesses_of, make_table, read_table
from support.models import CostImport, CostLine, CostSource, ExternalCost, ExternalState
from support.models.cost_import import KEPT_DAYS

State = CostImport.State


@transaction.atomic
def hand_in(actor, *, provider, content, file_name):
    """Keep what a file says about bills, without booking any yet. Returns the CostImport.

    The same file that still lies there is given back. Raises FileRefused.
    """
    provider = own_money(actor, provider)
    sha256 = hashlib.sha256(content).hexdigest()
    waiting = CostImport.objects.visible_to(actor, CHANGE).filter(
        provider=provider, state=State.OPEN
    )
    found = waiting.filter(sha256=sha256).first()
    if found is not None:
        return found
    known = remembered(actor, provider)
    table = make_table(content, known)
    guesses = guesses_of(table, known)
    cost_columns.refuse_missing(guess.field for guess in guesses)
    chosen = {plain(guess.heading): guess.field for guess in guesses}
    return store(
        CostImport(
            provider=provider,
            file_name=mask_bsn(clean_text(file_name)[-200:])[0] or "-",
            sha256=sha256,
            sheet=table,
            columns=chosen,
            # A file that looks as the last one needs no second look.
            are_columns_checked=known.items() >= chosen.items(),
            given_by=str(actor.label)[:200],
        )
    )


def remembered(actor, provider):
    """Heading -> field, as the provider last had them read; empty before the first time."""
    rows = CostImport.objects.visible_to(actor).filter(
        provider=provider, state__in=[State.DONE, State.UNDONE]
    )
    return rows.order_by("-done_at").values_list("columns", flat=True).first() or {}


def file_of(given, on):
    """The CostFile of what lies there, by the columns as they are chosen now."""
    places = {}
    for place, heading in enumerate(given.sheet["headings"]):
        field = given.columns.get(plain(heading))
        if field:
            places[field] = place
    return read_table(given.sheet, places, on=on)


@transaction.atomic
def choose_columns(actor, *, cost_import, chosen):
    """Say which column holds what: heading -> field, "" for one that is not read."""
    given = _waiting(actor, cost_import)
    fields = [field for field in chosen.values() if field]
    twice = {field for field in fields if fields.count(field) > 1}
    if twice:
        names = ", ".join(str(cost_columns.FIELD_LABELS[field]).lower() for field in sorted(twice))
        raise ValidationError(_("Chosen for more than one column: %s.") % names)
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
    given = _waiting(actor, cost_import)
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
    budget and month is to the cent what it was. Possible for KEPT_DAYS. Returns the file.
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
    given = _waiting(actor, cost_import)
    given.state, given.sheet = State.DROPPED, None
    return store(given)


@transaction.atomic
def forget_old(actor, *, at):
    """Empty what is kept of files that nobody read for KEPT_DAYS. Gives how many that were."""
    require(actor, Permission.BUDGET_CHANGE)
    rows = CostImport.objects.visible_to(actor, CHANGE).filter(
        state=State.OPEN, created_at__lte=at - dt.timedelta(days=KEPT_DAYS)
    )
    return rows.update(state=State.DROPPED, sheet=None)


def _waiting(actor, cost_import):
    """The file, locked, while it has not been read yet; MoveRefused otherwise."""
    require(actor, Permission.BUDGET_CHANGE)
    given = locked(actor, cost_import)
    if given.state != State.OPEN:
        sentence = _("This file is not waiting any more: it is “%s”.") % given.get_state_display()
        raise MoveRefused([Refusal(sentence)], given)
    return given
