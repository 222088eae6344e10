"""Care that the lead provider buys from a third party for one pupil: the order and its steps.

None of these rows is the school's: it gets a row of its own without reason and amount
(`support.models.subcontract_answers.SchoolAnswer`).
"""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import DecimalField, ExpressionWrapper, F, Q
from django.db.models.functions import Round
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CREATE, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core.models import TransitionEvent
from providers.models import RESIDENTIAL, Jz020, Unit
from support.models.plan import Goal, Layer
from support.models.trajectory import MANAGER_KEEPS, WORKER_KEEPS, OfTrajectory


class SubcontractState(models.TextChoices):
    """Where bought care stands."""

    PROPOSAL = "proposal", _("Proposal")
    ASKED = "asked", _("Asking for answers")
    APPROVED = "approved", _("Approved")
    ORDERED = "ordered", _("Ordered")
    RUNNING = "running", _("Bought care is running")
    ENDED = "ended", _("Bought care has ended")
    SETTLED = "settled", _("Settled")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Reason(models.TextChoices):
    """Why the lead provider does not do it itself."""

    CAPACITY = "capacity", _("No capacity")
    EXPERTISE = "expertise", _("No expertise")
    PARENTS_CHOICE = "parents_choice", _("Choice of the parents")
    RESIDENTIAL = "residential", _("Stay elsewhere")
    CONTINUITY = "continuity", _("Help that runs already")
    IMPOSED = "imposed", _("Imposed by a judge")


#: Help that nobody can take back into the school, so no plan for that is asked.
NO_TAKE_BACK = (Reason.RESIDENTIAL, Reason.IMPOSED)


class CouldWe(models.TextChoices):
    """Whether the lead provider could have done it itself."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")


_BEFORE_APPROVAL = ("proposal", "asked", "rejected", "withdrawn")
_AFTER_APPROVAL = ("approved", "ordered", "running", "ended", "settled")
_AFTER_ORDER = ("ordered", "running", "ended", "settled")
_ENDED = ("ended", "settled")
_NEVER_SENT = ("proposal", "withdrawn")


class SubcontractQuerySet(ScopedQuerySet):
    """Reads of bought care; always after `visible_to`."""

    def open(self):
        """Not settled, rejected or withdrawn."""
        return self.exclude(state__in=("settled", "rejected", "withdrawn"))

    def for_list(self):
        """With what a line shows. No join to the pupil: not every reader may read that."""
        return self.select_related("third", "site", "site__school", "provider")

    def for_detail(self):
        """With what the page of one order shows."""
        return self.for_list().select_related(
            "trajectory", "municipality", "contract", "proposed_by", "approved_by"
        )


class Subcontract(OfTrajectory, ScopedModel):
    """One purchase from a third party: what, why not ourselves, how much at most, until when.

    `rate_cents` is per unit; `ceiling_cents` is volume times rate, rounded half up. `ends_on` is
    the last day. `committed_cents` is what the budget still reserves for it.
    """

    reference = models.CharField(_("reference"), max_length=12, editable=False)
    pupil = models.ForeignKey(
        "schools.Pupil", models.PROTECT, related_name="subcontracts", verbose_name=_("pupil")
    )
    pupil_name = models.CharField(_("name"), max_length=260)
    site = models.ForeignKey(
        "schools.SchoolSite", models.PROTECT, related_name="+", verbose_name=_("school")
    )
    municipality = models.ForeignKey(
        "schools.Municipality",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("municipality"),
    )
    third = models.ForeignKey(
        "providers.Provider", models.PROTECT, related_name="+", verbose_name=_("third party")
    )
    contract = models.ForeignKey(
        "providers.ThirdPartyContract",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subcontracts",
        verbose_name=_("contract"),
    )
    jz020 = models.CharField(_("product category"), max_length=2, choices=Jz020)
    goal = models.CharField(_("goal"), max_length=200)
    plan_goal = models.ForeignKey(
        Goal, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("goal")
    )
    help_kind = models.CharField(_("which help"), max_length=120)
    reason = models.CharField(_("why not ourselves"), max_length=16, choices=Reason)
    could_we = models.CharField(_("could we do it"), max_length=8, choices=CouldWe)
    could_we_note = models.CharField(_("explanation"), max_length=500, blank=True)
    volume = models.DecimalField(
        _("volume"), max_digits=7, decimal_places=2, validators=[MinValueValidator(0)]
    )
    unit = models.CharField(_("per"), max_length=8, choices=Unit, default=Unit.HOUR)
    rate_cents = models.PositiveIntegerField(_("rate"))
    ceiling_cents = models.PositiveBigIntegerField(_("highest amount"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    take_back_plan = models.TextField(_("how we take the help back"), max_length=1000, blank=True)
    choice_discussed_on = models.DateField(
        _("choice of the parents discussed on"), null=True, blank=True
    )
    state = models.CharField(
        _("state"), max_length=12, choices=SubcontractState, default=SubcontractState.PROPOSAL
    )
    layer = models.CharField(_("layer"), max_length=2, choices=Layer, default=Layer.L5)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_on = models.DateField(_("proposed on"))
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    override_reason = models.TextField(_("why beyond the budget"), max_length=1000, blank=True)
    decision_note = models.TextField(_("written decision"), max_length=2000, blank=True)
    talk_held_on = models.DateField(_("talk with the school on"), null=True, blank=True)
    ordered_on = models.DateField(_("ordered on"), null=True, blank=True)
    review_on = models.DateField(_("review before"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    committed_cents = models.PositiveBigIntegerField(_("reserved"), default=0, editable=False)

    objects = SubcontractQuerySet.as_manager()

    class Scope:
        rules = (WORKER_KEEPS, MANAGER_KEEPS)
        fixed = ("trajectory", "provider", "pupil", "reference")
        bound = {
            "trajectory": ("provider", "pupil", "site"),
            "contract": ("provider", "third"),
        }
        logs_reads = True

    class Meta:
        verbose_name = _("bought care")
        verbose_name_plural = _("bought care")
        ordering = ("-proposed_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "reference"], name="subcontract_reference_once_per_provider"
            ),
            models.CheckConstraint(
                name="subcontract_ceiling_is_volume_times_rate",
                condition=Q(
                    ceiling_cents=Round(
                        ExpressionWrapper(
                            F("volume") * F("rate_cents"),
                            output_field=DecimalField(max_digits=18, decimal_places=2),
                        )
                    )
                ),
                violation_error_message=_("The highest amount is volume times rate."),
            ),
            models.CheckConstraint(
                name="subcontract_end_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day lies before the first day."),
            ),
            models.CheckConstraint(
                name="subcontract_volume_is_above_nought",
                condition=Q(volume__gt=0, rate_cents__gt=0),
                violation_error_message=_("Volume and rate are more than nought."),
            ),
            models.CheckConstraint(
                name="subcontract_with_somebody_else",
                condition=~Q(third=F("provider")),
                violation_error_message=_("Care is bought from another organisation."),
            ),
            models.CheckConstraint(
                name="subcontract_sent_says_how_it_comes_back",
                condition=Q(state__in=_NEVER_SENT)
                | ~Q(take_back_plan="")
                | Q(reason__in=NO_TAKE_BACK),
                violation_error_message=_("Write how the help is taken back."),
            ),
            models.CheckConstraint(
                name="subcontract_sent_has_discussed_choice",
                condition=Q(state__in=_NEVER_SENT)
                | Q(choice_discussed_on__isnull=False, sent_on__isnull=False),
                violation_error_message=_("Say when you discussed the choice of the parents."),
            ),
            models.CheckConstraint(
                name="subcontract_approved_has_date",
                condition=Q(state__in=_BEFORE_APPROVAL, approved_on__isnull=True)
                | Q(state__in=_AFTER_APPROVAL, approved_on__isnull=False),
                violation_error_message=_("An approval has a date."),
            ),
            models.CheckConstraint(
                name="subcontract_ordered_has_date",
                condition=Q(state__in=_AFTER_ORDER, ordered_on__isnull=False)
                | (~Q(state__in=_AFTER_ORDER) & Q(ordered_on__isnull=True)),
                violation_error_message=_("An order has a date."),
            ),
            models.CheckConstraint(
                name="subcontract_ended_has_date",
                condition=Q(state__in=_ENDED, ended_on__isnull=False)
                | (~Q(state__in=_ENDED) & Q(ended_on__isnull=True)),
                violation_error_message=_("What has ended has a last day."),
            ),
        ]
        indexes = [
            # the manager's list by state
            models.Index(fields=["provider", "state"], name="subcontract_provider_state"),
            # the panel of a trajectory, and row security of the worker
            models.Index(fields=["trajectory"], name="subcontract_trajectory"),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        """The page of this purchase."""
        return reverse("subcontract-detail", args=[self.pk])

    @property
    def is_residential(self):
        """Whether the child sleeps elsewhere."""
        return self.jz020 in RESIDENTIAL

    @property
    def needs_take_back_plan(self):
        """Whether somebody has to write how the help comes back into the school."""
        return self.reason not in NO_TAKE_BACK


class SubcontractEvent(TransitionEvent, ScopedModel):
    """One step of bought care."""

    subcontract = models.ForeignKey(Subcontract, models.RESTRICT, related_name="events")
    trajectory = models.ForeignKey("support.Trajectory", models.PROTECT, related_name="+")
    provider = models.ForeignKey("providers.Provider", models.PROTECT, related_name="+")

    class Scope:
        rules = (
            Rule(Role.CARE_WORKER, "trajectory", "caseload", (READ, CREATE)),
            Rule(Role.PROVIDER_MANAGER, "provider", "providers", (READ, CREATE)),
        )
        fixed = ("subcontract", "trajectory", "provider")
        bound = {"subcontract": ("trajectory", "provider")}
        logs_reads = False

    class Meta(TransitionEvent.Meta):
        verbose_name = _("step of bought care")
        verbose_name_plural = _("steps of bought care")

    @property
    def to_label(self):
        """The state after this step, in words."""
        return SubcontractState(self.to_state).label
