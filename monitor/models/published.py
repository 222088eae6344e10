"""Frozen figures: what the partners of an arrangement read, and all that is stored of it.

These tables hold labels and plain keys, no foreign key to a school, a provider or a person. What
may not be shown is not stored. Once published a row never changes: a trigger refuses it.
"""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import Rule, ScopedModel
from oja.core.models import BaseModel

#: Whoever sits at the table of the arrangement, and nothing before it is published.
READERS = tuple(
    Rule(role, "published_arrangement_id", "arrangements")
    for role in (
        Role.MUNICIPAL_ADVISER,
        Role.PARTNERSHIP,
        Role.SCHOOL_COORDINATOR,
        Role.PROVIDER_MANAGER,
    )
)
PUBLISHED_ONLY = "empty until publication, then the arrangement: a check says so"


class Snapshot(BaseModel, ScopedModel):
    """The figures of one arrangement as they stood on a date."""

    class State(models.TextChoices):
        DRAFT = "draft", _("frozen")
        BLOCKED = "blocked", _("stopped before publication")
        PUBLISHED = "published", _("published")

    arrangement_id = models.UUIDField()
    #: The same once it is published: what the scopes compare.
    published_arrangement_id = models.UUIDField(null=True, editable=False)
    arrangement_name = models.CharField(max_length=120)
    audience = models.CharField(max_length=20, default="partners")
    reference_date = models.DateField()
    #: The first day of the month of the reference date: one publication a month at most.
    month = models.DateField()
    period = models.CharField(max_length=9)  # school year, "2026-2027"
    made_at = models.DateTimeField()
    made_reason = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(null=True)
    #: What the attack before publication found: names of tables, never a number.
    gate_report = models.JSONField(default=dict)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="following"
    )
    has_crossings = models.BooleanField(default=False)
    #: [[provider, [school, …]], …] in alphabetical order.
    places = models.JSONField(default=list)
    population_text = models.CharField(max_length=20, blank=True)
    #: Per organisation what it had handed in: dates and months, never a number of children.
    delivered = models.JSONField(default=list)

    class Scope:
        rules = READERS
        own = {"published_arrangement_id": PUBLISHED_ONLY}
        logs_reads = False

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ("-reference_date", "arrangement_name", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state="published",
                    published_at__isnull=False,
                    published_arrangement_id__isnull=False,
                    published_arrangement_id=F("arrangement_id"),
                )
                | (
                    ~Q(state="published")
                    & Q(published_at__isnull=True, published_arrangement_id__isnull=True)
                ),
                name="snapshot_is_seen_once_published",
            ),
            models.UniqueConstraint(
                fields=["arrangement_id", "month"],
                condition=Q(state="published"),
                name="snapshot_one_a_month",
                violation_error_message=_("Figures of this month were published already."),
            ),
            models.CheckConstraint(
                condition=Q(month__lte=F("reference_date"), month__day=1),
                name="snapshot_month_is_a_first_day",
            ),
        ]

    def __str__(self):
        return f"{self.arrangement_name} {self.reference_date:%Y-%m-%d}"


class SnapshotIndicator(BaseModel, ScopedModel):
    """What a figure of a snapshot measures, in the words and version of that day."""

    class Status(models.TextChoices):
        PROVISIONAL = "provisional", _("provisional")
        FINAL = "final", _("final")

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="indicators")
    published_arrangement_id = models.UUIDField(null=True, editable=False)
    slug = models.SlugField(max_length=60)
    version = models.CharField(max_length=20)
    order = models.PositiveIntegerField()
    theme = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    question = models.CharField(max_length=200)
    definition = models.TextField()
    exclusions = models.JSONField(default=list)
    population = models.TextField(blank=True)
    origin = models.CharField(max_length=200, blank=True)
    direction = models.CharField(max_length=8)
    norm = models.SmallIntegerField(null=True)
    chart = models.CharField(max_length=40, blank=True)
    term = models.CharField(max_length=60, blank=True)
    is_stock = models.BooleanField(default=False)
    #: Of a matrix: "rows" as [code, label], and "ways": part -> heavier, lighter or same. Of a
    #: waiting time: "classes" as [part, days, first, last], "late" (the first class beyond the
    #: norm) and "norm_days".
    layout = models.JSONField(default=dict)
    status = models.CharField(max_length=12, choices=Status)

    class Scope:
        rules = READERS
        bound = {"snapshot": ("published_arrangement_id",)}
        logs_reads = False

    class Meta:
        verbose_name = _("indicator of a snapshot")
        verbose_name_plural = _("indicators of snapshots")
        ordering = ("order", "slug")
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "slug"], name="snapshotindicator_once_per_snapshot"
            )
        ]

    def __str__(self):
        return self.title


class Figure(BaseModel, ScopedModel):
    """One published cell: a number as it may be shown, or why there is none."""

    class Status(models.TextChoices):
        SHOWN = "shown", _("shown")
        SMALL = "small", _("too small to show")
        PROTECTED = "protected", _("not shown, because it would give away another number")
        NOT_OFFERED = "not_offered", _("not given at this level")
        NOT_COMPUTED = "not_computed", _("nothing to compute it from")

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="figures")
    published_arrangement_id = models.UUIDField(null=True, editable=False)
    slug = models.SlugField(max_length=60)
    version = models.CharField(max_length=20)
    part = models.CharField(max_length=80)
    part_label = models.CharField(max_length=200)
    part_order = models.PositiveSmallIntegerField()
    #: {} is the whole arrangement, {"provider": name}, {"site": name}.
    where = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    where_label = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=12)
    value = models.DecimalField(max_digits=16, decimal_places=1, null=True)
    #: What is told in place of a number, such as "<10" or "<5%".
    text = models.CharField(max_length=12, blank=True)
    numerator = models.DecimalField(max_digits=16, decimal_places=1, null=True)
    denominator = models.DecimalField(max_digits=16, decimal_places=1, null=True)
    n_text = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=12, choices=Status)
    is_provisional = models.BooleanField(default=False)

    class Scope:
        rules = READERS
        bound = {"snapshot": ("published_arrangement_id",)}
        logs_reads = False

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        ordering = ("slug", "part_order", "where_label", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "slug", "part", "where"], name="figure_once_per_cell"
            ),
            models.CheckConstraint(
                condition=Q(status="shown") | Q(value__isnull=True),
                name="figure_hidden_holds_no_number",
            ),
            models.CheckConstraint(
                condition=~Q(status="shown") | Q(value__isnull=False) | ~Q(text=""),
                name="figure_shown_tells_something",
            ),
        ]

    def __str__(self):
        return f"{self.slug} {self.part} {self.where_label}"
