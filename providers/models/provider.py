"""Providers, the people who work for them, and their hours in schools."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oja.access.scoping import open_model
from oja.core.models import BaseModel
from schools.models import Dated, DatedQuerySet
from schools.models.dated import end_after_start


class Weekday(models.IntegerChoices):
    """ISO weekdays on which schools are open."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")


class Provider(models.Model):
    """An organisation that gives youth care; its key is the key of its organisation."""

    class Kind(models.TextChoices):
        LEAD = "lead", _("lead provider")
        THIRD = "third", _("third party")

    organisation = models.OneToOneField(
        "access.Organisation",
        on_delete=models.PROTECT,
        primary_key=True,
        db_column="id",
        related_name="provider",
        verbose_name=_("organisation"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    # No foreign key: the account that put a third party in the register, for who may pay its bills.
    registered_by = models.UUIDField(_("registered by"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ("name", "pk")

    def __str__(self):
        return self.name


class Worker(BaseModel):
    """A professional of a provider. The user is empty as long as there is no account."""

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="workers", verbose_name=_("provider")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="workers",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=200)
    function = models.CharField(_("function"), max_length=120, blank=True)
    hours_per_week = models.DecimalField(
        _("hours per week"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "user"],
                name="worker_user_once_per_provider",
                violation_error_message=_("This account already belongs to a worker."),
            ),
            models.CheckConstraint(
                condition=Q(hours_per_week__isnull=True)
                | Q(hours_per_week__gte=0, hours_per_week__lte=60),
                name="worker_hours_are_possible",
                violation_error_message=_("Hours per week lie between 0 and 60."),
            ),
        ]

    def __str__(self):
        return self.name


class PostingQuerySet(DatedQuerySet):
    def at(self, site):
        return self.filter(site=site)

    def on_weekday(self, on):
        """Postings that hold on the date and name its day of the week."""
        return self.valid_on(on).filter(weekdays__contains=[on.isoweekday()])

    def for_list(self):
        return self.select_related("worker", "worker__provider")


class Posting(BaseModel, Dated):
    """That a worker is in a school on fixed days of the week."""

    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="postings", verbose_name=_("worker")
    )
    site = models.ForeignKey(
        "schools.SchoolSite",
        on_delete=models.PROTECT,
        related_name="postings",
        verbose_name=_("school"),
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday), size=5, verbose_name=_("days")
    )
    start_time = models.TimeField(_("from"))
    end_time = models.TimeField(_("until"))
    room = models.CharField(_("room"), max_length=60, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ("start_time", "pk")
        constraints = [
            end_after_start("posting_end_after_start"),
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time")),
                name="posting_time_end_after_start",
                violation_error_message=_("The end is before the start. Choose a later time."),
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5], weekdays__len__gt=0),
                name="posting_weekdays_are_school_days",
                violation_error_message=_("Choose at least one day from Monday to Friday."),
            ),
        ]
        indexes = [
            # Who is in this school today.
            models.Index(fields=["site", "valid_from"], name="posting_site_from"),
        ]

    def __str__(self):
        return f"{self.start_time:%H:%M}-{self.end_time:%H:%M}"


for _model, _reason in (
    ("Provider", "public register"),
    ("Worker", "names of professionals"),
    ("Posting", "hours of professionals in schools"),
):
    open_model(f"providers.{_model}", _reason)
