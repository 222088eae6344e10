"""A file that somebody hands in: its rows are kept while they are looked at, then read or put away.

What reading means, and how it is undone, belongs to the wing whose file it is; how long rows are
kept, who finds the file, and what may still be done with it is the same for every file.
"""

import datetime as dt
import hashlib

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.access.scoping import CHANGE, ScopedModel
from oja.access.writing import locked, require, store
from oja.core.models import BaseModel
from oja.core.text import clean_text, mask_bsn
from oja.core.workflow import MoveRefused, Refusal

#: As long the rows of a file that was never used are kept, and as long an import can be undone.
KEPT_DAYS = 7


class HandedInFile(BaseModel, ScopedModel):
    """A file from choosing it to having read or undone it.

    `sheet` holds the rows while somebody still looks at them and is emptied at once when they are
    read, or after KEPT_DAYS. Columns that we do not need never come into it.
    """

    class State(models.TextChoices):
        OPEN = "open", gettext_lazy("not read yet")
        DONE = "done", gettext_lazy("read in")
        UNDONE = "undone", gettext_lazy("undone")
        DROPPED = "dropped", gettext_lazy("put away")

    file_name = models.CharField(gettext_lazy("file"), max_length=255)
    sha256 = models.CharField(gettext_lazy("checksum"), max_length=64)
    state = models.CharField(gettext_lazy("state"), max_length=8, choices=State, default=State.OPEN)
    sheet = models.JSONField(gettext_lazy("rows"), null=True, blank=True)
    # Heading as the file has it, in a plain form -> field; the next file starts here.
    columns = models.JSONField(gettext_lazy("columns"), default=dict, blank=True)
    are_columns_checked = models.BooleanField(gettext_lazy("columns were checked"), default=False)
    report = models.JSONField(gettext_lazy("report"), default=dict, blank=True)
    given_by = models.CharField(gettext_lazy("by"), max_length=200, blank=True)
    done_at = models.DateTimeField(gettext_lazy("read at"), null=True, blank=True)
    undone_at = models.DateTimeField(gettext_lazy("undone at"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("-created_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | Q(sheet__isnull=True),
                name="%(class)s_rows_only_while_open",
                violation_error_message=gettext_lazy(
                    "Rows are kept only until the file has been read."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "undone"]) | Q(done_at__isnull=False),
                name="%(class)s_done_has_a_moment",
                violation_error_message=gettext_lazy("Say when the file was read."),
            ),
        ]

    def __str__(self):
        return self.file_name

    @property
    def has_open_columns(self):
        """Whether somebody may still say what is in the columns; a file without any has none."""
        return self.state == self.State.OPEN and bool(self.columns)

    def undo_until(self):
        """The moment until which the import can be undone, or None when it was not done."""
        return self.done_at + dt.timedelta(days=KEPT_DAYS) if self.done_at else None

    def may_undo(self, at):
        """Whether it is still early enough to undo the import."""
        return self.state == self.State.DONE and at < self.undo_until()


def handed_in(actor, model, *, content, file_name, **owner):
    """The file with these bytes that still lies there for this owner, or a new one, not stored."""
    sha256 = hashlib.sha256(content).hexdigest()
    lying = model.objects.visible_to(actor, CHANGE).filter(state=model.State.OPEN, **owner)
    return lying.filter(sha256=sha256).first() or model(
        file_name=mask_bsn(clean_text(file_name)[-200:])[0] or "-",
        sha256=sha256,
        given_by=str(actor.label)[:200],
        **owner,
    )


def places_of(given, plain):
    """Field -> place of its column, by the columns as they are chosen now.

    `plain` gives the plain form of a heading.
    """
    fields = [given.columns.get(plain(heading)) for heading in given.sheet["headings"]]
    return {field: place for place, field in enumerate(fields) if field}


def refuse_twice(fields, labels):
    """Raise ValidationError when a field was chosen for more than one column."""
    twice = {field for field in fields if fields.count(field) > 1}
    if twice:
        names = ", ".join(str(labels[field]).lower() for field in sorted(twice))
        raise ValidationError(_("Chosen for more than one column: %s.") % names)


def not_waiting(given):
    """MoveRefused: the file has been read or put away."""
    sentence = _("This file is not waiting any more: it is “%s”.") % given.get_state_display()
    return MoveRefused([Refusal(sentence)], given)


def waiting(actor, permission, given):
    """The file, locked, while it has not been read yet; MoveRefused otherwise."""
    require(actor, permission)
    given = locked(actor, given)
    if given.state != given.State.OPEN:
        raise not_waiting(given)
    return given


def put_away(actor, permission, given):
    """Forget a file that is not going to be read."""
    given = waiting(actor, permission, given)
    given.state, given.sheet = given.State.DROPPED, None
    return store(given)


def forget_old(actor, permission, model, *, at):
    """Empty what is kept of files that nobody read for KEPT_DAYS. Gives how many that were."""
    require(actor, permission)
    rows = model.objects.visible_to(actor, CHANGE).filter(
        state=model.State.OPEN, created_at__lte=at - dt.timedelta(days=KEPT_DAYS)
    )
    return rows.update(state=model.State.DROPPED, sheet=None)
