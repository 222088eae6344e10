"""Contacts and notes. A care note and a note for the school are two tables with two scopes.

The unit of secrecy is the row: what the school may read is written as a row for the school.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oja.access.permissions import Role
from oja.access.scoping import CREATE, READ, Rule, ScopedModel, ScopedQuerySet
from support.models.plan import Form, Layer, Place, Provision
from support.models.trajectory import (
    BY_TRIGGER,
    MANAGER_READS,
    OF_TRAJECTORY,
    SCHOOL_READS,
    WORKER_KEEPS,
    OfTrajectory,
)


class ContactOutcome(models.TextChoices):
    """Whether it took place."""

    HELD = "held", _("Took place")
    CANCELLED = "cancelled", _("Did not go ahead")
    NO_SHOW = "no_show", _("Nobody was there")
    MOVED = "moved", _("Moved")


class NoteKind(models.TextChoices):
    """What a note for the school is."""

    MESSAGE = "message", _("Message")
    AGREEMENT = "agreement", pgettext_lazy("note", "Agreement")


class ContactQuerySet(ScopedQuerySet):
    """Reads of contacts; always after `visible_to`."""

    def standing(self):
        """Those that count: not undone, and not replaced by a correction."""
        return self.filter(undone_at__isnull=True, replaced_by__isnull=True)

    def held(self):
        """Standing contacts that took place."""
        return self.standing().filter(outcome=ContactOutcome.HELD)

    def for_list(self):
        """With what a line of the time line shows."""
        return self.select_related("worker", "provision")


class Contact(OfTrajectory, ScopedModel):
    """One meeting with the child or family, held or not. Both versions of a mistake stay."""

    provision = models.ForeignKey(
        Provision, models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    worker = models.ForeignKey(
        "providers.Worker", models.PROTECT, related_name="contacts", verbose_name=_("worker")
    )
    form = models.CharField(_("form"), max_length=20, choices=Form, default=Form.INDIVIDUEEL)
    place = models.CharField(_("place"), max_length=20, choices=Place, default=Place.SCHOOL)
    on = models.DateField(_("date"))
    start_time = models.TimeField(_("time"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(0), MaxValueValidator(600)]
    )
    people = models.JSONField(_("who was there"), default=list, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=ContactOutcome, default=ContactOutcome.HELD
    )
    is_as_planned = models.BooleanField(_("as planned"), default=False)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    replaced_by = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="replaces"
    )
    correction_reason = models.CharField(_("reason of the correction"), max_length=300, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    session = models.ForeignKey(
        "support.GroupSession", models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    # Facts of that day for money and figures, written by trigger: where the pupil was at school,
    # which municipality the residence was in (empty: not known) and whether that one pays.
    site = models.ForeignKey("schools.SchoolSite", models.PROTECT, related_name="+", editable=False)
    municipality = models.ForeignKey(
        "schools.Municipality", models.PROTECT, null=True, related_name="+", editable=False
    )
    is_funded = models.BooleanField(_("paid by the arrangement"), default=False, editable=False)
    layer = models.CharField(
        _("layer"), max_length=2, choices=Layer, default=Layer.L3, editable=False
    )

    objects = ContactQuerySet.as_manager()

    class Scope:
        rules = (WORKER_KEEPS, MANAGER_READS)
        fixed = ("trajectory", "provider")
        bound = {
            **OF_TRAJECTORY,
            "provision": ("trajectory",),
            "worker": ("provider",),
            "session": ("provider",),
        }
        logs_reads = True

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ("-on", "-start_time", "-created_at")
        constraints = [
            models.CheckConstraint(
                name="contact_held_took_time",
                condition=~Q(outcome=ContactOutcome.HELD) | Q(minutes__gt=0),
                violation_error_message=_("A contact that took place took at least a minute."),
            ),
            models.CheckConstraint(
                name="contact_does_not_replace_itself",
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                violation_error_message=_("A correction is a new row."),
            ),
            # "As planned" twice for one day is one contact, also from two devices at once.
            models.UniqueConstraint(
                fields=["provision", "on"],
                condition=Q(
                    provision__isnull=False, undone_at__isnull=True, replaced_by__isnull=True
                ),
                name="contact_once_per_planned_day",
                violation_error_message=_("This contact was recorded already."),
            ),
            # Minutes of a group are never counted double.
            models.UniqueConstraint(
                fields=["session", "trajectory"],
                condition=Q(
                    session__isnull=False, undone_at__isnull=True, replaced_by__isnull=True
                ),
                name="contact_once_per_session",
                violation_error_message=_("This contact was recorded already."),
            ),
        ]
        indexes = [
            # hours of a provider in a period
            models.Index(fields=["provider", "on"], name="contact_provider_day"),
            # the time line, newest first
            models.Index(fields=["trajectory", "-on"], name="contact_trajectory_newest"),
            # what a worker recorded on a day
            models.Index(fields=["worker", "on"], name="contact_worker_day"),
        ]

    def __str__(self):
        return f"{self.on:%Y-%m-%d}"

    @property
    def is_standing(self):
        """Counts: not undone, and not replaced by a correction."""
        return self.undone_at is None and self.replaced_by_id is None


class CareNoteQuerySet(ScopedQuerySet):
    """Reads of care notes; always after `visible_to`."""

    def standing(self):
        """Without the notes of contacts that were undone; a correction takes no note away."""
        return self.filter(
            Q(contact__isnull=True)
            | Q(contact__undone_at__isnull=True)
            | Q(contact__session__replaced_by__isnull=False)
        )


class CareNote(OfTrajectory, ScopedModel):
    """What only those who help may read (Jeugdwet 7.3.11). A note is added, never replaced."""

    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="care_notes"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_label = models.CharField(_("written by"), max_length=200, blank=True)
    text = models.TextField(_("note"), max_length=4000)

    objects = CareNoteQuerySet.as_manager()

    class Scope:
        rules = (Rule(Role.CARE_WORKER, "trajectory", "caseload", (READ, CREATE)),)
        fixed = ("trajectory", "provider", "contact", "text", "author")
        bound = {**OF_TRAJECTORY, "contact": ("trajectory",)}
        logs_reads = True

    class Meta:
        verbose_name = _("care note")
        verbose_name_plural = _("care notes")
        ordering = ("-created_at",)

    def __str__(self):
        return str(self.pk)


class SchoolNoteQuerySet(ScopedQuerySet):
    """Reads of notes for the school; always after `visible_to`."""

    def standing(self):
        """Without the notes of contacts that were undone."""
        return self.filter(is_undone=False)


class SchoolNote(OfTrajectory, ScopedModel):
    """A message or agreement that the school may read while sharing is agreed to."""

    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="school_notes"
    )
    pupil = models.ForeignKey("schools.Pupil", models.PROTECT, related_name="+")
    site = models.ForeignKey("schools.SchoolSite", models.PROTECT, related_name="+")
    # A plain copy, kept by trigger: the worker who writes does not see the groups of the school.
    group_id = models.UUIDField(null=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_label = models.CharField(_("written by"), max_length=200, blank=True)
    pupil_name = models.CharField(_("name"), max_length=260, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=NoteKind, default=NoteKind.MESSAGE)
    text = models.TextField(_("note"), max_length=2000)
    on = models.DateField(_("date"))
    is_undone = models.BooleanField(_("undone"), default=False, editable=False)
    shared_site = models.UUIDField(null=True, editable=False)
    shared_group = models.UUIDField(null=True, editable=False)
    shared_until = models.DateField(null=True, editable=False)

    objects = SchoolNoteQuerySet.as_manager()

    class Scope:
        rules = (
            SCHOOL_READS,
            Rule(Role.TEACHER, "shared_group", "groups", until="shared_until"),
            WORKER_KEEPS,
        )
        fixed = ("trajectory", "provider", "contact", "pupil", "site", "text", "author")
        bound = {
            "trajectory": ("provider", "pupil", "site"),
            "contact": ("trajectory",),
        }
        own = {"shared_site": BY_TRIGGER, "shared_group": BY_TRIGGER}
        logs_reads = True

    class Meta:
        verbose_name = _("note for the school")
        verbose_name_plural = _("notes for the school")
        ordering = ("-on", "-created_at")
        indexes = [
            # row security of the school
            models.Index(fields=["shared_site"], name="schoolnote_shared_site"),
            # row security of the teacher
            models.Index(fields=["shared_group"], name="schoolnote_shared_group"),
        ]

    def __str__(self):
        return str(self.pk)
