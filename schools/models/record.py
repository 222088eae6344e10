"""The parts of a pupil's record: guardians with custody, residence, enrolment."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import Rule, ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel
from schools.models.dated import Dated, DatedQuerySet, end_after_start, no_overlap
from schools.models.pupil import COORDINATOR_KEEPS, Language, PersonName, Pupil
from schools.models.register import SchoolType


class OfPupil(models.Model):
    """Abstract: a part of a pupil's record; the site is a copy that the database keeps right."""

    pupil = models.ForeignKey(
        Pupil, on_delete=models.PROTECT, related_name="%(class)ss", verbose_name=_("pupil")
    )
    site = models.ForeignKey(
        "schools.SchoolSite",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("school"),
    )

    class Meta:
        abstract = True


class GuardianQuerySet(ScopedQuerySet):
    def with_custody(self, on):
        """Guardians who decide about the pupil on that date."""
        return self.filter(
            Q(custody_from__isnull=True) | Q(custody_from__lte=on),
            Q(custody_until__isnull=True) | Q(custody_until__gt=on),
            has_custody=True,
            is_deceased=False,
        )


class Guardian(BaseModel, PersonName, OfPupil, ScopedModel):
    """A parent, guardian or foster parent, with or without custody (gezag)."""

    class Relation(models.TextChoices):
        FATHER = "father", _("father")
        MOTHER = "mother", _("mother")
        GUARDIAN = "guardian", _("guardian by law")
        FOSTER = "foster", _("foster parent")
        OTHER = "other", _("someone else")

    class CustodySource(models.TextChoices):
        PARENT = "parent", _("told by the parent")
        EXTRACT = "extract", _("extract from the custody register")
        COURT = "court", _("decision of a court")
        SCHOOL = "school", _("known at the school")

    relation = models.CharField(_("relation"), max_length=10, choices=Relation)
    has_custody = models.BooleanField(_("has custody"))
    custody_from = models.DateField(_("custody from"), null=True, blank=True)
    custody_until = models.DateField(_("custody until"), null=True, blank=True)
    custody_source = models.CharField(
        _("How do you know?"), max_length=10, choices=CustodySource, blank=True
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=Language, default=Language.DUTCH
    )
    is_contact_secret = models.BooleanField(_("contact details are secret"), default=False)
    is_deceased = models.BooleanField(_("deceased"), default=False)

    objects = GuardianQuerySet.as_manager()

    class Meta:
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")
        ordering = ("created_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(custody_from__isnull=True)
                | Q(custody_until__isnull=True)
                | Q(custody_until__gte=F("custody_from")),
                name="guardian_custody_end_after_start",
                violation_error_message=_("The end is before the start. Choose a later date."),
            ),
            models.CheckConstraint(
                condition=Q(has_custody=True)
                | (Q(custody_from__isnull=True) & Q(custody_until__isnull=True)),
                name="guardian_custody_dates_need_custody",
                violation_error_message=_("Dates of custody belong to someone with custody."),
            ),
        ]

    class Scope:
        rules = (
            COORDINATOR_KEEPS,
            Rule(Role.CARE_WORKER, "pupil", "caseload_pupils"),
        )
        fixed = ("pupil",)
        bound = {"pupil": ("site",)}
        logs_reads = True

    def __str__(self):
        return self.full_name

    def has_custody_on(self, on):
        """Whether this person decides about the pupil on the date."""
        return (
            self.has_custody
            and not self.is_deceased
            and (self.custody_from is None or self.custody_from <= on)
            and (self.custody_until is None or on < self.custody_until)
        )


class DatedOfPupilQuerySet(DatedQuerySet, ScopedQuerySet):
    pass


class Residence(BaseModel, Dated, OfPupil, ScopedModel):
    """Which municipality is responsible by the rule of residence (Jeugdwet 1.1), from a date."""

    class Ground(models.TextChoices):
        BRP = "brp", _("address in the population register")
        STAY = "stay", _("address before a stay elsewhere")
        FALLBACK = "fallback", _("no known address: where the need arises")

    municipality = models.ForeignKey(
        "schools.Municipality",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("municipality"),
    )
    ground = models.CharField(_("ground"), max_length=10, choices=Ground, default=Ground.BRP)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    objects = DatedOfPupilQuerySet.as_manager()

    class Meta:
        verbose_name = _("residence")
        verbose_name_plural = _("residences")
        ordering = ("-valid_from", "pk")
        constraints = [
            end_after_start("residence_end_after_start"),
            ExclusionConstraint(
                name="residence_one_per_date",
                expressions=no_overlap("pupil"),
                violation_error_message=_("This pupil already has a residence in that period."),
            ),
        ]

    class Scope:
        rules = (
            COORDINATOR_KEEPS,
            Rule(Role.CARE_WORKER, "pupil", "caseload_pupils"),
        )
        fixed = ("pupil",)
        bound = {"pupil": ("site",)}
        logs_reads = True

    def __str__(self):
        return f"{self.valid_from:%Y-%m-%d}"


class EnrolmentDestination(models.TextChoices):
    """Where a pupil went: another kind of school, or something that is no school."""

    BAO = SchoolType.BAO.value, SchoolType.BAO.label
    SBO = SchoolType.SBO.value, SchoolType.SBO.label
    SO = SchoolType.SO.value, SchoolType.SO.label
    VSO = SchoolType.VSO.value, SchoolType.VSO.label
    SO_VSO = SchoolType.SO_VSO.value, SchoolType.SO_VSO.label
    PRO = SchoolType.PRO.value, SchoolType.PRO.label
    VO = SchoolType.VO.value, SchoolType.VO.label
    MBO = "mbo", _("vocational education (mbo)")
    WORK = "work", _("work or day activities")
    NONE = "none", _("no education")
    MOVED = "moved", _("moved out of the region")
    ABROAD = "abroad", _("school abroad")
    DECEASED = "deceased", _("deceased")
    UNKNOWN = "unknown", _("not known")


class Enrolment(BaseModel, Dated, OfPupil, ScopedModel):
    """That the pupil is enrolled at this school, and where it went."""

    class EndReason(models.TextChoices):
        MOVED_UP = "moved_up", _("went to the next school")
        MOVED_SCHOOL = "moved_school", _("went to another school of the same kind")
        SPECIAL = "special", _("went to special education")
        RETURNED = "returned", _("returned from special education")
        MOVED_HOUSE = "moved_house", _("moved house")
        OTHER = "other", _("another reason")

    school_type = models.CharField(_("kind of school"), max_length=8, choices=SchoolType)
    group_label = models.CharField(_("group"), max_length=40, blank=True)
    end_reason = models.CharField(
        _("Why did it end?"), max_length=14, choices=EndReason, blank=True
    )
    destination_type = models.CharField(
        _("where to"), max_length=8, choices=EnrolmentDestination, blank=True
    )

    objects = DatedOfPupilQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ("-valid_from", "pk")
        constraints = [
            end_after_start("enrolment_end_after_start"),
            ExclusionConstraint(
                name="enrolment_one_per_date",
                expressions=no_overlap("pupil"),
                violation_error_message=_("This pupil is already enrolled in that period."),
            ),
            models.CheckConstraint(
                condition=(Q(end_reason="") & Q(destination_type=""))
                | Q(valid_until__isnull=False),
                name="enrolment_reason_needs_end",
                violation_error_message=_("Say when it ended too, not only why."),
            ),
        ]

    class Scope:
        rules = (COORDINATOR_KEEPS,)
        fixed = ("pupil",)
        bound = {"pupil": ("site",)}
        logs_reads = True

    def __str__(self):
        return f"{self.valid_from:%Y-%m-%d}"
