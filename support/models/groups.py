"""Who takes part in a group, its sessions, who was there; and work for a class without any child.

What belongs to a child hangs on its trajectory; what belongs to the group names nobody.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CHANGE, CREATE, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel
from providers.models import GroupOffer
from schools.models.dated import Dated, DatedQuerySet, end_after_start
from support.models.trajectory import (
    BY_TRIGGER,
    MANAGER_KEEPS,
    MANAGER_READS,
    SCHOOL_READS,
    WORKER_KEEPS,
    OfTrajectory,
)

TEAM_KEEPS = Rule(Role.CARE_WORKER, "provider", "providers", (READ, CREATE, CHANGE))


class ParticipantState(models.TextChoices):
    """Whether a pupil takes part. Invited: not everyone agreed yet that others are present."""

    INVITED = "invited", _("Invited")
    JOINED = "joined", _("Takes part")
    LEFT = "left", _("No longer takes part")


class AttendanceOutcome(models.TextChoices):
    """Whether a participant was there, and if not, why."""

    PRESENT = "present", _("Present")
    ILL = "ill", _("Ill")
    FORGOTTEN = "forgotten", _("Forgotten")
    UNKNOWN = "unknown", _("Not known")


class CollectiveForm(models.TextChoices):
    """Work that is not for one child."""

    COLLECTIEF = "COLLECTIEF", _("For a class")
    CONSULTATIE_TEAM = "CONSULTATIE_TEAM", _("Advice to the team")


class GroupParticipantQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of participants; always after `visible_to`."""

    def current(self):
        """Invited or taking part."""
        return self.exclude(state=ParticipantState.LEFT)


class GroupParticipant(OfTrajectory, Dated, ScopedModel):
    """That a pupil takes part in a group. Triggers write name, class and what the school sees."""

    group = models.ForeignKey(
        GroupOffer,
        models.PROTECT,
        related_name="participants",
        verbose_name=_("group in a school"),
    )
    site = models.ForeignKey("schools.SchoolSite", models.PROTECT, related_name="+", editable=False)
    pupil_name = models.CharField(_("name"), max_length=260, editable=False)
    pupil_sort = models.CharField(_("sort key"), max_length=260, editable=False)
    group_label = models.CharField(_("group"), max_length=60, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=8, choices=ParticipantState, default=ParticipantState.INVITED
    )
    shared_site = models.UUIDField(null=True, editable=False)
    shared_until = models.DateField(null=True, editable=False)

    objects = GroupParticipantQuerySet.as_manager()

    class Scope:
        rules = (SCHOOL_READS, WORKER_KEEPS, MANAGER_READS)
        fixed = ("trajectory", "provider", "group")
        bound = {"trajectory": ("provider", "site"), "group": ("provider",)}
        own = {"shared_site": BY_TRIGGER}
        logs_reads = True

    class Meta:
        verbose_name = _("participant of a group")
        verbose_name_plural = _("participants of groups")
        ordering = ("pupil_sort", "pk")
        constraints = [
            end_after_start("groupparticipant_end_after_start"),
            models.CheckConstraint(
                name="groupparticipant_left_has_end",
                condition=Q(state=ParticipantState.LEFT, valid_until__isnull=False)
                | (~Q(state=ParticipantState.LEFT) & Q(valid_until__isnull=True)),
                violation_error_message=_("Who left has a last day."),
            ),
            models.UniqueConstraint(
                fields=["group", "trajectory"],
                condition=~Q(state=ParticipantState.LEFT),
                name="groupparticipant_once_at_a_time",
                violation_error_message=_("This pupil takes part already."),
            ),
        ]
        indexes = [
            # row security of the school
            models.Index(fields=["shared_site"], name="groupparticipant_shared_site"),
        ]

    def __str__(self):
        return str(self.pk)

    @property
    def has_left(self):
        """Takes part no longer."""
        return self.state == ParticipantState.LEFT


class GroupSessionQuerySet(ScopedQuerySet):
    """Reads of sessions; always after `visible_to`."""

    def standing(self):
        """Not undone, and not replaced by a correction."""
        return self.filter(undone_at__isnull=True, replaced_by__isnull=True)


class GroupSession(BaseModel, ScopedModel):
    """One time that the group met. The note is about the group and names no child.

    A correction is a new row with the number of the old one; the old one stays.
    """

    group = models.ForeignKey(
        GroupOffer, models.PROTECT, related_name="sessions", verbose_name=_("group in a school")
    )
    provider = models.ForeignKey(
        "providers.Provider", models.PROTECT, related_name="+", editable=False
    )
    site = models.ForeignKey("schools.SchoolSite", models.PROTECT, related_name="+", editable=False)
    number = models.PositiveSmallIntegerField(_("number"))
    on = models.DateField(_("date"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    workers = models.PositiveSmallIntegerField(
        _("number of workers"), default=1, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    group_note = models.TextField(_("note about the group"), max_length=2000, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="replaces"
    )
    correction_reason = models.CharField(_("reason of the correction"), max_length=300, blank=True)

    objects = GroupSessionQuerySet.as_manager()

    class Scope:
        rules = (TEAM_KEEPS, MANAGER_READS)
        fixed = ("group", "provider", "site", "on")
        bound = {"group": ("provider", "site")}
        logs_reads = False

    class Meta:
        verbose_name = _("session of a group")
        verbose_name_plural = _("sessions of groups")
        ordering = ("on", "number")
        constraints = [
            # The same session from two devices at once is one session.
            models.UniqueConstraint(
                fields=["group", "on"],
                condition=Q(undone_at__isnull=True, replaced_by__isnull=True),
                name="groupsession_once_a_day",
                violation_error_message=_("This session was recorded already."),
            ),
            models.UniqueConstraint(
                fields=["group", "number"],
                condition=Q(undone_at__isnull=True, replaced_by__isnull=True),
                name="groupsession_number_once",
                violation_error_message=_("This session was recorded already."),
            ),
            models.CheckConstraint(
                name="groupsession_does_not_replace_itself",
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                violation_error_message=_("A correction is a new row."),
            ),
            models.CheckConstraint(
                name="groupsession_took_time",
                condition=Q(minutes__gte=5, minutes__lte=480, workers__gte=1, workers__lte=9),
                violation_error_message=_("A session takes at least five minutes and one worker."),
            ),
        ]

    def __str__(self):
        return str(self.number)

    @property
    def is_standing(self):
        """Counts: not undone, and not replaced by a correction."""
        return self.undone_at is None and self.replaced_by_id is None

    @property
    def worked_minutes(self):
        """The minutes of all workers together: what is split over those present."""
        return self.minutes * self.workers


class AttendanceQuerySet(ScopedQuerySet):
    """Reads of who was there; always after `visible_to`."""

    def standing(self):
        """Without what was undone."""
        return self.filter(is_undone=False)

    def present(self):
        """Those who were there."""
        return self.standing().filter(outcome=AttendanceOutcome.PRESENT)


class Attendance(OfTrajectory, ScopedModel):
    """Whether a participant was at a session. The school sees this, and nothing of what was said.

    Number and date are copies: the school does not read the session itself.
    """

    participant = models.ForeignKey(
        GroupParticipant, models.PROTECT, related_name="attendances", verbose_name=_("name")
    )
    session = models.ForeignKey(
        GroupSession, models.PROTECT, related_name="attendances", verbose_name=_("session")
    )
    group_id = models.UUIDField(editable=False)
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    on = models.DateField(_("date"), editable=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=AttendanceOutcome)
    is_undone = models.BooleanField(_("undone"), default=False, editable=False)
    shared_site = models.UUIDField(null=True, editable=False)
    shared_until = models.DateField(null=True, editable=False)

    objects = AttendanceQuerySet.as_manager()

    class Scope:
        rules = (SCHOOL_READS, WORKER_KEEPS, MANAGER_READS)
        fixed = ("trajectory", "provider", "participant", "session", "outcome")
        bound = {
            "participant": ("trajectory", "provider", "group_id:group"),
            "session": ("provider", "group_id:group"),
        }
        own = {"shared_site": BY_TRIGGER}
        logs_reads = False

    class Meta:
        verbose_name = _("presence at a session")
        verbose_name_plural = _("presence at sessions")
        ordering = ("on", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "participant"],
                name="attendance_once_per_session",
                violation_error_message=_("This participant stands in this session already."),
            ),
        ]
        indexes = [
            # row security of the school
            models.Index(fields=["shared_site"], name="attendance_shared_site"),
            # the sessions of one group as the school sees them
            models.Index(fields=["group_id", "on"], name="attendance_group_day"),
        ]

    def __str__(self):
        return self.get_outcome_display()

    @property
    def is_present(self):
        """Was there."""
        return self.outcome == AttendanceOutcome.PRESENT


class CollectiveWorkQuerySet(ScopedQuerySet):
    """Reads of work for a class or team; always after `visible_to`."""

    def standing(self):
        """Not undone."""
        return self.filter(undone_at__isnull=True)


class CollectiveWork(BaseModel, ScopedModel):
    """Work for a class or a team: hours and an estimated reach, without any child's file."""

    provider = models.ForeignKey(
        "providers.Provider", models.PROTECT, related_name="+", editable=False
    )
    site = models.ForeignKey(
        "schools.SchoolSite", models.PROTECT, related_name="+", verbose_name=_("school")
    )
    worker = models.ForeignKey(
        "providers.Worker",
        models.PROTECT,
        related_name="collective_work",
        verbose_name=_("worker"),
    )
    on = models.DateField(_("date"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(5), MaxValueValidator(600)]
    )
    group_label = models.CharField(_("class or team"), max_length=60, blank=True)
    theme = models.CharField(_("theme"), max_length=120)
    reach = models.PositiveSmallIntegerField(
        _("How many did it reach?"), validators=[MinValueValidator(1), MaxValueValidator(999)]
    )
    form = models.CharField(
        _("form"), max_length=20, choices=CollectiveForm, default=CollectiveForm.COLLECTIEF
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = CollectiveWorkQuerySet.as_manager()

    class Scope:
        rules = (
            Rule(Role.SCHOOL_COORDINATOR, "site", "sites"),
            TEAM_KEEPS,
            MANAGER_KEEPS,
        )
        fixed = ("provider", "site", "worker")
        bound = {"worker": ("provider",)}
        own = {"site": "a trigger sees to it that the provider works at that school"}
        logs_reads = False

    class Meta:
        verbose_name = _("work for a class or team")
        verbose_name_plural = _("work for classes and teams")
        ordering = ("-on", "-created_at")
        constraints = [
            models.CheckConstraint(
                name="collectivework_took_time_and_reached_somebody",
                condition=Q(minutes__gte=5, minutes__lte=600, reach__gte=1, reach__lte=999),
                violation_error_message=_("Fill in the minutes and how many it reached."),
            ),
        ]
        indexes = [
            # row security of the school
            models.Index(fields=["site"], name="collectivework_site"),
            # hours of a month
            models.Index(fields=["provider", "on"], name="collectivework_provider_day"),
        ]

    def __str__(self):
        return self.theme
