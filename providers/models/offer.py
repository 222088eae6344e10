"""The groups that a provider gives in a school, and who leads them. No child stands in here."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CHANGE, CREATE, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel
from providers.models.provider import Provider, Weekday, Worker
from schools.models.dated import Dated, DatedQuerySet, end_after_start, no_overlap

#: Whoever works for the provider keeps its groups; the school sees those in its own building.
OFFER_RULES = (
    Rule(Role.SCHOOL_COORDINATOR, "site", "sites"),
    Rule(Role.CARE_WORKER, "provider", "providers", (READ, CREATE, CHANGE)),
    Rule(Role.PROVIDER_MANAGER, "provider", "providers", (READ, CREATE, CHANGE)),
)
WORKS_THERE = "a trigger sees to it that the provider works at that school"


class GroupState(models.TextChoices):
    """Where a group stands."""

    OPEN = "open", _("Open for pupils")
    RUNNING = "running", _("Running")
    DONE = "done", _("Finished")


class GroupOfferQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of groups; always after `visible_to`."""

    def standing(self):
        """Not finished."""
        return self.exclude(state=GroupState.DONE)

    def for_list(self):
        """With what a card shows, by school and day."""
        return self.select_related("site", "site__school", "provider").order_by(
            "state", "weekday", "start_time", "title", "pk"
        )


class GroupOffer(BaseModel, Dated, ScopedModel):
    """A group in a school: what for, when, how often, and for how many pupils."""

    provider = models.ForeignKey(
        Provider, models.PROTECT, related_name="groups", verbose_name=_("provider")
    )
    site = models.ForeignKey(
        "schools.SchoolSite", models.PROTECT, related_name="+", verbose_name=_("school")
    )
    title = models.CharField(_("name of the group"), max_length=120)
    goal = models.CharField(_("What is it for?"), max_length=300, blank=True)
    topic = models.CharField(_("topic"), max_length=20, blank=True)
    room = models.CharField(_("room"), max_length=60, blank=True)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    start_time = models.TimeField(_("time"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=60, validators=[MinValueValidator(15), MaxValueValidator(480)]
    )
    session_count = models.PositiveSmallIntegerField(
        _("number of sessions"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    places = models.PositiveSmallIntegerField(
        _("places"), default=8, validators=[MinValueValidator(2), MaxValueValidator(30)]
    )
    # Kept by trigger: who does not see the children does see whether there is room.
    taken = models.PositiveSmallIntegerField(_("places taken"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=GroupState, default=GroupState.OPEN)
    evaluation = models.TextField(_("What did the group bring?"), max_length=1000, blank=True)

    objects = GroupOfferQuerySet.as_manager()

    class Scope:
        rules = OFFER_RULES
        fixed = ("provider", "site")
        own = {"provider": WORKS_THERE, "site": WORKS_THERE}
        logs_reads = False

    class Meta:
        verbose_name = _("group in a school")
        verbose_name_plural = _("groups in schools")
        ordering = ("weekday", "start_time", "title", "pk")
        constraints = [
            end_after_start("groupoffer_end_after_start"),
            models.CheckConstraint(
                name="groupoffer_weekday_exists",
                condition=Q(weekday__gte=1, weekday__lte=5),
                violation_error_message=_("Choose a day from Monday to Friday."),
            ),
            models.CheckConstraint(
                name="groupoffer_sizes_are_possible",
                condition=Q(places__gte=2, places__lte=30)
                & Q(session_count__gte=1, session_count__lte=60)
                & Q(minutes__gte=15, minutes__lte=480),
                violation_error_message=_("A group has 2 to 30 places and 1 to 60 sessions."),
            ),
            models.CheckConstraint(
                name="groupoffer_places_suffice",
                condition=Q(taken__lte=F("places")),
                violation_error_message=_("There is no place free in this group."),
            ),
            models.CheckConstraint(
                name="groupoffer_finished_has_end",
                condition=~Q(state=GroupState.DONE) | Q(valid_until__isnull=False),
                violation_error_message=_("A finished group has a last day."),
            ),
        ]
        indexes = [
            # row security of the school, and its page of groups
            models.Index(fields=["site"], name="groupoffer_site"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """The page of this group."""
        return reverse("group-detail", args=[self.pk])

    @property
    def free(self):
        """How many pupils can still join."""
        return self.places - self.taken

    @property
    def is_done(self):
        """Finished: nothing changes any more."""
        return self.state == GroupState.DONE


class GroupWorkerQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of who leads a group; always after `visible_to`."""


class GroupWorker(BaseModel, Dated, ScopedModel):
    """That a worker leads a group. It grants sight of the cases of its participants."""

    group = models.ForeignKey(
        GroupOffer, models.PROTECT, related_name="workers", verbose_name=_("group in a school")
    )
    worker = models.ForeignKey(
        Worker, models.PROTECT, related_name="groups", verbose_name=_("worker")
    )
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", editable=False)
    site = models.ForeignKey("schools.SchoolSite", models.PROTECT, related_name="+", editable=False)

    objects = GroupWorkerQuerySet.as_manager()

    class Scope:
        rules = OFFER_RULES
        fixed = ("group", "worker", "provider", "site")
        bound = {"group": ("provider", "site"), "worker": ("provider",)}
        logs_reads = False

    class Meta:
        verbose_name = _("worker of a group")
        verbose_name_plural = _("workers of groups")
        ordering = ("valid_from", "pk")
        constraints = [
            end_after_start("groupworker_end_after_start"),
            ExclusionConstraint(
                name="groupworker_once_per_date",
                expressions=no_overlap("group", "worker"),
                violation_error_message=_("This worker leads this group already."),
            ),
        ]

    def __str__(self):
        return f"{self.valid_from:%Y-%m-%d}"
