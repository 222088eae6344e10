"""The base of every table: a key that cannot be guessed, and when the row was made and changed."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BaseModel(models.Model):
    """A row with a random key. `updated_at` is also the version that a form starts from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        abstract = True

    @property
    def version(self):
        """The moment of the last change as text: what a form carries as its version."""
        return self.updated_at.isoformat()


class TransitionEvent(BaseModel):
    """One step of a process: who moved what from where to where, and on which day.

    A subclass adds a foreign key to its row and the columns by which its scope decides.
    Figures count these rows; they are never changed afterwards.
    """

    move = models.CharField(_("move"), max_length=40)
    from_state = models.CharField(_("from state"), max_length=40)
    to_state = models.CharField(_("to state"), max_length=40)
    on = models.DateField(_("date"))
    at = models.DateTimeField(_("moment"))
    # No foreign key: the event outlives the account, and a reader need not be able to see it.
    actor_id = models.UUIDField(_("actor"), null=True)
    actor_label = models.CharField(_("done by"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    data = models.JSONField(_("what was set"), default=dict, blank=True)

    class Meta:
        abstract = True
        ordering = ("on", "at")

    def __str__(self):
        return f"{self.move}: {self.from_state} → {self.to_state}"
