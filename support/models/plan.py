"""The plan of a trajectory: versions, who agreed, goals, what help is planned, and the end."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CHANGE, CREATE, DELETE, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel
from schools.models.dated import DateRange
from support.models.trajectory import (
    BY_TRIGGER,
    MANAGER_KEEPS,
    OF_TRAJECTORY,
    SCHOOL_READS,
    WORKER_KEEPS,
    EndReason,
    Family,
    OfTrajectory,
    Trajectory,
    TrajectoryState,
)


class PlanState(models.TextChoices):
    """A version of the plan."""

    DRAFT = "draft", _("Draft")
    AGREED = "agreed", _("Agreed")
    ENDED = "ended", _("Ended")


class Form(models.TextChoices):
    """How help is given."""

    INDIVIDUEEL = "INDIVIDUEEL", _("Individual")
    GEZIN = "GEZIN", _("Family")
    OUDERGESPREK = "OUDERGESPREK", _("Talk with parents")
    GROEP = "GROEP", _("Group")
    KLAS_CONSULT = "KLAS_CONSULT", _("Advice in the class")
    OBSERVATIE = "OBSERVATIE", _("Observation")


class Place(models.TextChoices):
    """Where help is given."""

    SCHOOL = "school", _("School")
    HOME = "home", _("At home")
    AFTER_SCHOOL = "after_school", _("After school")
    ONLINE = "online", _("Online")
    ELSEWHERE = "elsewhere", _("Elsewhere")


class Layer(models.TextChoices):
    """Layer of the tilted pyramid."""

    L1 = "L1", _("General")
    L2 = "L2", _("Group")
    L3 = "L3", _("Individual in school")
    L4 = "L4", _("Intensive, family")
    L5 = "L5", _("Specialised, outside school")


class Weekday(models.IntegerChoices):
    """Monday is 1 (ISO 8601)."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")


class Plan(OfTrajectory, ScopedModel):
    """A version of the plan. One child, one family, one plan: one agreed version at a time."""

    family = models.ForeignKey(Family, models.PROTECT, null=True, blank=True, related_name="plans")
    version_number = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=8, choices=PlanState, default=PlanState.DRAFT)
    going_well = models.TextField(_("What goes well"), max_length=1000, blank=True)
    next_evaluation_on = models.DateField(_("next evaluation"), null=True, blank=True)
    home_part = models.TextField(_("At home"), max_length=1000, blank=True)
    home_not_needed_reason = models.CharField(
        _("Why nothing is needed at home"), max_length=300, blank=True
    )
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)

    class Scope:
        rules = (WORKER_KEEPS, MANAGER_KEEPS)
        fixed = ("trajectory", "provider")
        bound = {"trajectory": ("provider", "family")}
        logs_reads = False

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ("trajectory_id", "-version_number")
        constraints = [
            models.UniqueConstraint(
                fields=["trajectory", "version_number"], name="plan_version_once"
            ),
            models.UniqueConstraint(
                fields=["trajectory"],
                condition=Q(state=PlanState.DRAFT),
                name="plan_one_draft",
                violation_error_message=_("There is a draft of the plan already."),
            ),
            models.UniqueConstraint(
                fields=["family"],
                condition=Q(state=PlanState.AGREED),
                name="plan_one_agreed_per_family",
                violation_error_message=_("This family has another plan in force."),
            ),
            # A household whose regisseur is at another provider has no family here.
            models.UniqueConstraint(
                fields=["trajectory"],
                condition=Q(state=PlanState.AGREED),
                name="plan_one_agreed_per_trajectory",
                violation_error_message=_("Another version of the plan is in force."),
            ),
            models.CheckConstraint(
                name="plan_agreed_has_date",
                condition=Q(state=PlanState.DRAFT, agreed_on__isnull=True)
                | Q(state=PlanState.AGREED, agreed_on__isnull=False)
                | Q(state=PlanState.ENDED),
                violation_error_message=_("An agreed plan has a date."),
            ),
        ]

    def __str__(self):
        return str(self.version_number)

    @property
    def has_home_part(self):
        """The home part is filled, or it says why none is needed."""
        return bool(self.home_part.strip() or self.home_not_needed_reason.strip())


class PlanAgreement(BaseModel, ScopedModel):
    """Who agreed to which version of the plan, and when. `guardian` is empty for the pupil."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="agreements")
    trajectory = models.ForeignKey(Trajectory, models.PROTECT, related_name="plan_agreements")
    provider = models.ForeignKey("providers.Provider", models.PROTECT, related_name="+")
    guardian = models.ForeignKey(
        "schools.Guardian", models.PROTECT, null=True, blank=True, related_name="+"
    )
    giver_label = models.CharField(_("agreed by"), max_length=200)
    agreed_on = models.DateField(_("agreed on"))
    form = models.CharField(_("form"), max_length=8, default="talk")

    class Scope:
        rules = (
            Rule(Role.CARE_WORKER, "trajectory", "caseload", (READ, CREATE)),
            Rule(Role.PROVIDER_MANAGER, "provider", "providers", (READ, CREATE)),
        )
        fixed = ("plan", "trajectory", "provider", "guardian")
        bound = {"plan": ("trajectory", "provider"), **OF_TRAJECTORY}
        logs_reads = False

    class Meta:
        verbose_name = _("agreement to a plan")
        verbose_name_plural = _("agreements to plans")
        ordering = ("agreed_on", "created_at")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "guardian"],
                nulls_distinct=False,
                name="planagreement_once_per_person",
                violation_error_message=_("This person has agreed already."),
            ),
        ]

    def __str__(self):
        return self.giver_label


def _score(label, **options):
    return models.PositiveSmallIntegerField(
        label, validators=[MinValueValidator(0), MaxValueValidator(10)], **options
    )


class Goal(OfTrajectory, ScopedModel):
    """What the child wants to be different, scored from 0 to 10; at most three at a time."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="goals")
    position = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("goal"), max_length=200)
    approach = models.TextField(_("approach"), max_length=1000, blank=True)
    topic = models.CharField(_("topic"), max_length=20, blank=True)
    start_score = _score(_("at the start"), null=True, blank=True)
    target_score = _score(_("wanted"), null=True, blank=True)
    current_score = _score(_("now"), null=True, blank=True)
    end_score = _score(_("at the end"), null=True, blank=True)
    is_for_school = models.BooleanField(_("the school sees this goal"), default=False)
    shared_site = models.UUIDField(null=True, editable=False)
    shared_until = models.DateField(null=True, editable=False)

    class Scope:
        rules = (
            SCHOOL_READS,
            Rule(Role.CARE_WORKER, "trajectory", "caseload", (READ, CREATE, CHANGE, DELETE)),
            Rule(Role.PROVIDER_MANAGER, "provider", "providers", (READ, CREATE, CHANGE, DELETE)),
        )
        fixed = ("plan", "trajectory", "provider")
        bound = {"plan": ("trajectory", "provider"), **OF_TRAJECTORY}
        own = {"shared_site": BY_TRIGGER}
        logs_reads = False

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ("plan_id", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "position"], name="goal_position_once_per_plan"
            ),
            models.CheckConstraint(
                name="goal_at_most_three",
                condition=Q(position__gte=1, position__lte=3),
                violation_error_message=_("A plan has at most three goals."),
            ),
            models.CheckConstraint(
                name="goal_scores_from_0_to_10",
                condition=(Q(start_score__isnull=True) | Q(start_score__lte=10))
                & (Q(target_score__isnull=True) | Q(target_score__lte=10))
                & (Q(current_score__isnull=True) | Q(current_score__lte=10))
                & (Q(end_score__isnull=True) | Q(end_score__lte=10)),
                violation_error_message=_("A score lies between 0 and 10."),
            ),
        ]
        indexes = [
            # row security of the school
            models.Index(fields=["shared_site"], name="goal_shared_site"),
        ]

    def __str__(self):
        return self.title

    @property
    def latest_score(self):
        """The score at the end, or now as long as there is none. None without any."""
        return self.current_score if self.end_score is None else self.end_score


class Closing(OfTrajectory, ScopedModel):
    """Why and how help ended: care only."""

    reason = models.CharField(_("reason"), max_length=2, choices=EndReason)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    on = models.DateField(_("date"))

    class Scope:
        rules = (
            Rule(Role.CARE_WORKER, "trajectory", "caseload", (READ, CREATE)),
            Rule(Role.PROVIDER_MANAGER, "provider", "providers", (READ, CREATE)),
        )
        fixed = ("trajectory", "provider")
        bound = OF_TRAJECTORY
        logs_reads = True

    class Meta:
        verbose_name = _("closing of a trajectory")
        verbose_name_plural = _("closings of trajectories")

    def __str__(self):
        return self.get_reason_display()


class ProvisionQuerySet(ScopedQuerySet):
    """Reads of provisions; always after `visible_to`."""

    def valid(self, on):
        """Those that hold on the day."""
        return self.filter(valid_from__lte=on).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=on)
        )

    def planned_on(self, on):
        """Those that are planned on that very day: running help, on that weekday."""
        return self.valid(on).filter(
            weekday=on.isoweekday(), trajectory__state=TrajectoryState.ACTIVE
        )


class Provision(OfTrajectory, ScopedModel):
    """What help is planned: by whom, where, on which weekday, how long. "Today" follows from it."""

    site = models.ForeignKey("schools.SchoolSite", models.PROTECT, related_name="+")
    worker = models.ForeignKey(
        "providers.Worker", models.PROTECT, related_name="provisions", verbose_name=_("worker")
    )
    form = models.CharField(_("form"), max_length=20, choices=Form, default=Form.INDIVIDUEEL)
    place = models.CharField(_("place"), max_length=20, choices=Place, default=Place.SCHOOL)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday, null=True, blank=True)
    start_time = models.TimeField(_("time"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=45, validators=[MinValueValidator(5), MaxValueValidator(600)]
    )
    people = models.JSONField(_("who is there"), default=list, blank=True)
    layer = models.CharField(_("layer"), max_length=2, choices=Layer, default=Layer.L3)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    shared_site = models.UUIDField(null=True, editable=False)
    shared_until = models.DateField(null=True, editable=False)

    objects = ProvisionQuerySet.as_manager()

    class Scope:
        rules = (SCHOOL_READS, WORKER_KEEPS, MANAGER_KEEPS)
        fixed = ("trajectory", "provider")
        bound = {"trajectory": ("provider", "site"), "worker": ("provider",)}
        own = {"shared_site": BY_TRIGGER}
        logs_reads = False

    class Meta:
        verbose_name = _("provision")
        verbose_name_plural = _("provisions")
        ordering = ("weekday", "start_time", "created_at")
        constraints = [
            models.CheckConstraint(
                name="provision_end_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The end lies before the start."),
            ),
            models.CheckConstraint(
                name="provision_weekday_exists",
                condition=Q(weekday__isnull=True) | Q(weekday__gte=1, weekday__lte=5),
                violation_error_message=_("Choose a day from Monday to Friday."),
            ),
            ExclusionConstraint(
                name="provision_one_plan_per_moment",
                expressions=[
                    ("trajectory", RangeOperators.EQUAL),
                    ("worker", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    ("start_time", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(weekday__isnull=False, start_time__isnull=False),
                violation_error_message=_("This is planned already at that moment."),
            ),
        ]
        indexes = [
            # the day of one worker
            models.Index(fields=["worker", "weekday"], name="provision_worker_weekday"),
            # row security of the school
            models.Index(fields=["shared_site"], name="provision_shared_site"),
        ]

    def __str__(self):
        return self.get_form_display()
