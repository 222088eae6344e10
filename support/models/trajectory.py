"""The trajectory at the provider, its steps, and the family it belongs to.

These rows belong to the provider. `shared_site` names the school while everyone who must agree to
sharing agrees; a trigger writes it, in the statement that gives or ends that consent.
"""

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CHANGE, CREATE, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel, TransitionEvent
from support.models.request import ShareState

MANAGER_KEEPS = Rule(Role.PROVIDER_MANAGER, "provider", "providers", (READ, CREATE, CHANGE))
MANAGER_READS = Rule(Role.PROVIDER_MANAGER, "provider", "providers")
SCHOOL_READS = Rule(Role.SCHOOL_COORDINATOR, "shared_site", "sites", until="shared_until")
WORKER_KEEPS = Rule(Role.CARE_WORKER, "trajectory", "caseload", (READ, CREATE, CHANGE))
OF_TRAJECTORY = {"trajectory": ("provider",)}
BY_TRIGGER = "written by the trigger that reads the consent to share"


class TrajectoryState(models.TextChoices):
    """Where a trajectory stands."""

    REGISTERED = "registered", _("Registered")
    INTAKE = "intake", _("Intake")
    PLAN_DRAFT = "plan_draft", _("Plan in the making")
    PLAN_AGREED = "plan_agreed", _("Plan agreed")
    ACTIVE = "active", _("Help is running")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")


class EndReason(models.TextChoices):
    """Why help ended: codes of iJw list JZ588."""

    AS_PLANNED = "31", _("As planned")
    BY_CLIENT = "32", _("Early: the family stopped")
    BY_PROVIDER = "33", _("Early: the provider stopped")
    BY_AGREEMENT = "34", _("Early: by agreement")
    CIRCUMSTANCES = "35", _("Early: circumstances")
    OTHER_PROVIDER = "38", _("Went to another provider")
    OTHER_DOMAIN = "39", _("Went to another kind of help")


#: Help may be paused this long.
LONGEST_PAUSE_WEEKS = 8


class Family(BaseModel, ScopedModel):
    """A household with help: one regisseur, also when several children get help."""

    household = models.UUIDField(_("household"), unique=True)
    provider = models.ForeignKey("providers.Provider", models.PROTECT, related_name="families")
    regisseur = models.ForeignKey(
        "providers.Worker", models.PROTECT, related_name="+", verbose_name=_("regisseur")
    )

    class Scope:
        rules = (MANAGER_KEEPS, Rule(Role.CARE_WORKER, "id", "caseload_families"))
        fixed = ("household", "provider")
        bound = {"regisseur": ("provider",)}
        own = {"provider": "the provider that made it"}
        logs_reads = False

    class Meta:
        verbose_name = _("family")
        verbose_name_plural = _("families")

    def __str__(self):
        return str(self.household)


class FamilyMember(BaseModel, ScopedModel):
    """A pupil of a family."""

    family = models.ForeignKey(Family, models.PROTECT, related_name="members")
    pupil = models.OneToOneField("schools.Pupil", models.PROTECT, related_name="family_member")
    provider = models.ForeignKey("providers.Provider", models.PROTECT, related_name="+")

    class Scope:
        rules = (
            Rule(Role.PROVIDER_MANAGER, "provider", "providers", (READ, CREATE)),
            Rule(Role.CARE_WORKER, "family", "caseload_families"),
        )
        fixed = ("family", "pupil", "provider")
        bound = {"family": ("provider",)}
        logs_reads = False

    class Meta:
        verbose_name = _("child of a family")
        verbose_name_plural = _("children of families")

    def __str__(self):
        return str(self.pk)


class TrajectoryQuerySet(ScopedQuerySet):
    """Reads of trajectories; always after `visible_to`."""

    def open(self):
        """Not closed."""
        return self.exclude(state=TrajectoryState.CLOSED)

    def active(self):
        """Help runs or is paused."""
        return self.filter(state__in=[TrajectoryState.ACTIVE, TrajectoryState.PAUSED])

    def for_list(self):
        """With what a line shows. Name and birth date are copies: not every reader of a
        trajectory may read the pupil of the school, and a join would drop the row."""
        return self.select_related("site", "site__school", "provider", "regisseur")

    def for_detail(self):
        """With what the page of one trajectory shows."""
        return self.for_list()


class Trajectory(BaseModel, ScopedModel):
    """Help for one pupil after an accepted request: the provider's own record."""

    reference = models.CharField(_("reference"), max_length=12, editable=False)
    request = models.OneToOneField(
        "support.SupportRequest",
        models.PROTECT,
        related_name="trajectory",
        verbose_name=_("request"),
    )
    pupil = models.ForeignKey(
        "schools.Pupil", models.PROTECT, related_name="trajectories", verbose_name=_("pupil")
    )
    pupil_name = models.CharField(_("name"), max_length=260)
    pupil_sort = models.CharField(_("sort key"), max_length=260)
    birth_date = models.DateField(_("birth date"))
    group_label = models.CharField(_("group"), max_length=60, blank=True)
    site = models.ForeignKey(
        "schools.SchoolSite",
        models.PROTECT,
        related_name="trajectories",
        verbose_name=_("school"),
    )
    provider = models.ForeignKey(
        "providers.Provider",
        models.PROTECT,
        related_name="trajectories",
        verbose_name=_("provider"),
    )
    family = models.ForeignKey(
        Family, models.PROTECT, null=True, blank=True, related_name="trajectories"
    )
    # True when the household has its regisseur at another provider; more is not told.
    has_family_elsewhere = models.BooleanField(
        _("regisseur at another provider"), default=False, editable=False
    )
    regisseur = models.ForeignKey(
        "providers.Worker",
        models.PROTECT,
        related_name="trajectories",
        verbose_name=_("regisseur"),
    )
    topics = models.JSONField(_("topics"), default=list, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=TrajectoryState, default=TrajectoryState.REGISTERED
    )
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True, editable=False)
    registered_on = models.DateField(_("registered on"))
    intake_on = models.DateField(_("intake on"), null=True, blank=True)
    intake_held_on = models.DateField(_("intake held on"), null=True, blank=True)
    started_on = models.DateField(_("help started on"), null=True, blank=True)
    first_help_on = models.DateField(_("first help on"), null=True, editable=False)
    last_contact_on = models.DateField(_("last contact"), null=True, editable=False)
    next_evaluation_on = models.DateField(_("next evaluation"), null=True, blank=True)
    paused_on = models.DateField(_("paused on"), null=True, blank=True)
    pause_until = models.DateField(_("paused until"), null=True, blank=True)
    ended_on = models.DateField(_("help ended on"), null=True, blank=True)
    end_reason = models.CharField(
        _("reason of the end"), max_length=2, choices=EndReason, blank=True
    )
    shared_site = models.UUIDField(null=True, editable=False)
    shared_until = models.DateField(null=True, editable=False)
    # What the answers about help come to: for lists, and for those who do not see the family.
    help_state = models.CharField(
        _("consent to help"),
        max_length=12,
        choices=ShareState,
        default=ShareState.NONE,
        editable=False,
    )
    help_until = models.DateField(null=True, editable=False)
    # Facts that figures count, by the names that they have on the request too.
    first_talk_on = models.GeneratedField(
        expression=F("intake_held_on"), output_field=models.DateField(null=True), db_persist=True
    )
    # Never before the first help, so that what came and what went always balance.
    help_ended_on = models.GeneratedField(
        expression=Case(
            When(
                ended_on__isnull=False,
                first_help_on__isnull=False,
                then=Greatest("ended_on", "first_help_on"),
            ),
            default=None,
        ),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    # Written by triggers on provisions, contacts and bought care.
    highest_layer = models.CharField(
        _("highest layer of help"), max_length=2, blank=True, db_default="", editable=False
    )
    has_third_party = models.BooleanField(
        _("third-party care was ordered"), db_default=False, editable=False
    )

    objects = TrajectoryQuerySet.as_manager()

    class Scope:
        rules = (
            SCHOOL_READS,
            Rule(Role.CARE_WORKER, "id", "caseload", (READ, CHANGE)),
            MANAGER_KEEPS,
        )
        fixed = ("request", "pupil", "provider")
        bound = {
            "request": ("site", "pupil", "provider"),
            "family": ("provider",),
            "regisseur": ("provider",),
        }
        own = {"shared_site": BY_TRIGGER}
        logs_reads = True

    class Meta:
        verbose_name = _("trajectory")
        verbose_name_plural = _("trajectories")
        ordering = ("pupil_sort", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "reference"], name="trajectory_reference_once_per_provider"
            ),
            models.CheckConstraint(
                name="trajectory_running_has_start",
                condition=~Q(state__in=[TrajectoryState.ACTIVE, TrajectoryState.PAUSED])
                | Q(started_on__isnull=False),
                violation_error_message=_("Running help has a first day."),
            ),
            models.CheckConstraint(
                name="trajectory_closed_has_end_and_reason",
                condition=Q(
                    Q(state=TrajectoryState.CLOSED, ended_on__isnull=False) & ~Q(end_reason="")
                )
                | (~Q(state=TrajectoryState.CLOSED) & Q(ended_on__isnull=True)),
                violation_error_message=_("A closed trajectory has a last day and a reason."),
            ),
            models.CheckConstraint(
                name="trajectory_end_after_start",
                condition=Q(ended_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(ended_on__gte=F("started_on")),
                violation_error_message=_("Help cannot end before it started."),
            ),
            models.CheckConstraint(
                name="trajectory_pause_has_both_dates",
                condition=Q(paused_on__isnull=True, pause_until__isnull=True)
                | Q(
                    paused_on__isnull=False,
                    pause_until__isnull=False,
                    pause_until__gt=F("paused_on"),
                ),
                violation_error_message=_("A pause has a first day and a day of return."),
            ),
        ]
        indexes = [
            # row security of the school
            models.Index(fields=["shared_site"], name="trajectory_shared_site"),
            # the manager's list in the order of the name
            models.Index(fields=["provider", "pupil_sort"], name="trajectory_provider_sort"),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        """The page of this trajectory."""
        return reverse("trajectory-detail", args=[self.pk])

    @property
    def regisseur_name(self):
        """Who holds the threads: the one to ask when something is missing."""
        return self.regisseur.name

    @property
    def is_closed(self):
        """Nothing changes any more, except that something may be added."""
        return self.state == TrajectoryState.CLOSED


class TrajectoryEvent(TransitionEvent, ScopedModel):
    """One step of a trajectory. The school sees the steps, not why."""

    trajectory = models.ForeignKey(Trajectory, models.RESTRICT, related_name="events")
    provider = models.ForeignKey("providers.Provider", models.PROTECT, related_name="+")

    class Scope:
        rules = (
            Rule(Role.CARE_WORKER, "trajectory", "caseload", (READ, CREATE)),
            Rule(Role.PROVIDER_MANAGER, "provider", "providers", (READ, CREATE)),
        )
        fixed = ("trajectory", "provider")
        bound = OF_TRAJECTORY
        logs_reads = False

    class Meta(TransitionEvent.Meta):
        verbose_name = _("step of a trajectory")
        verbose_name_plural = _("steps of trajectories")

    @property
    def to_label(self):
        """The state after this step, in words."""
        return TrajectoryState(self.to_state).label


class OfTrajectory(BaseModel):
    """Abstract: a row of the provider's record; the provider is a copy that the key keeps right."""

    trajectory = models.ForeignKey(
        Trajectory, models.PROTECT, related_name="%(class)ss", verbose_name=_("trajectory")
    )
    provider = models.ForeignKey(
        "providers.Provider", models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        abstract = True
