"""What a page keeps for one person: drafts, forms that were sent, and what was searched for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from oja.access.scoping import ANY, CHANGE, CREATE, DELETE, READ, Rule, ScopedModel
from oja.core.models import BaseModel

DRAFT_DAYS = 30
_ALL = (READ, CREATE, CHANGE, DELETE)


class Draft(BaseModel, ScopedModel):
    """Text of a form that was not sent yet. Private to its author, and no row of any process."""

    class Reason(models.TextChoices):
        TYPING = "typing", _("while typing")
        REFUSED = "refused", _("not accepted")
        LOST = "lost", _("session ended")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("author"), related_name="+"
    )
    form = models.CharField(_("form"), max_length=120)
    data = models.JSONField(_("text"), default=dict)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, default=Reason.TYPING)
    saved_at = models.DateTimeField(_("kept at"))
    expires_at = models.DateTimeField(_("kept until"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["user", "form"], name="draft_one_per_author_and_form"),
        ]
        # Expired drafts are removed by date.
        indexes = [models.Index(fields=["expires_at"], name="draft_expires")]

    class Scope:
        rules = (Rule(ANY, "user", "self", may=_ALL),)
        fixed = ("user",)
        own = {"user": "the author is a fact of the draft"}
        logs_reads = False

    def __str__(self):
        return self.form


class Submission(BaseModel, ScopedModel):
    """A form that was accepted once: a second post of it is answered with the same result."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("author"), related_name="+"
    )
    key = models.CharField(_("one-time key"), max_length=64)
    url = models.CharField(_("result"), max_length=500)

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="submission_once")]
        # Old rows are removed by date.
        indexes = [models.Index(fields=["created_at"], name="submission_created")]

    class Scope:
        rules = (Rule(ANY, "user", "self", may=_ALL),)
        fixed = ("user",)
        own = {"user": "the author is a fact of the sent form"}
        logs_reads = False

    def __str__(self):
        return self.key


class PersonSearch(BaseModel, ScopedModel):
    """What somebody searched for. The address of the page holds its number, never the name."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("author"), related_name="+"
    )
    number = models.PositiveIntegerField(_("number"))
    text = models.CharField(_("search text"), max_length=200)

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        constraints = [
            models.UniqueConstraint(fields=["user", "number"], name="person_search_number")
        ]

    class Scope:
        rules = (Rule(ANY, "user", "self", may=_ALL),)
        fixed = ("user",)
        own = {"user": "the author is a fact of the search"}
        logs_reads = False

    def __str__(self):
        return str(self.number)
