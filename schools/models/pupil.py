"""Pupils of a site, their guardians, residence and enrolment: the record of the school."""

import re
import secrets
import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CHANGE, CREATE, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core import periods, text
from oja.core.models import BaseModel
from schools.models.dated import Dated, DatedQuerySet, end_after_start, no_overlap
from schools.models.register import SchoolType

# No vowels, so that no words appear; no 0, 1, I, L and O, because people read these aloud.
CASE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"

COORDINATOR_KEEPS = Rule(Role.SCHOOL_COORDINATOR, "site", "sites", may=(READ, CREATE, CHANGE))


def new_case_number():
    """A random short number that people can say to each other, such as K7M-4QX."""
    letters = "".join(secrets.choice(CASE_ALPHABET) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"


class Language(models.TextChoices):
    DUTCH = "nl", _("Dutch")
    ARABIC = "ar", _("Arabic")
    GERMAN = "de", _("German")
    ENGLISH = "en", _("English")
    FARSI = "fa", _("Farsi")
    POLISH = "pl", _("Polish")
    SOMALI = "so", _("Somali")
    TIGRINYA = "ti", _("Tigrinya")
    TURKISH = "tr", _("Turkish")
    UKRAINIAN = "uk", _("Ukrainian")
    OTHER = "other", _("another language")


class PersonName(models.Model):
    """Abstract: the three parts of a Dutch name and how they are put together."""

    first_name = models.CharField(_("first name"), max_length=100)
    prefix = models.CharField(
        _("prefix"), max_length=30, blank=True, help_text=_("Such as “van der”.")
    )
    last_name = models.CharField(_("last name"), max_length=120)

    class Meta:
        abstract = True

    @property
    def full_name(self):
        """First name, prefix and last name with single spaces."""
        return " ".join(part for part in (self.first_name, self.prefix, self.last_name) if part)


class PupilQuerySet(ScopedQuerySet):
    def for_list(self):
        return self.select_related("site")

    def for_detail(self):
        return self.select_related("site", "group")

    def search(self, words):
        """Pupils whose names, numbers or group hold every word; accents and case do not matter."""
        rows = self
        # The sort key holds no apostrophes either: "oneill" and "O'Neill" are one name.
        for word in re.sub(r"[^\w\s-]", "", text.fold(words)).split():
            rows = rows.filter(
                Q(sort_name__contains=word)
                | Q(case_number__istartswith=word)
                | Q(school_number__istartswith=word)
                | Q(group_label__istartswith=word)
            )
        return rows


class Pupil(BaseModel, PersonName, ScopedModel):
    """A pupil of one site. Changing school makes a new record at the other school."""

    class Gender(models.IntegerChoices):
        """ISO 5218."""

        UNKNOWN = 0, _("unknown")
        MALE = 1, _("boy")
        FEMALE = 2, _("girl")
        OTHER = 9, _("not applicable")

    site = models.ForeignKey(
        "schools.SchoolSite",
        on_delete=models.PROTECT,
        related_name="pupils",
        verbose_name=_("school"),
    )
    case_number = models.CharField(
        _("case number"), max_length=7, unique=True, default=new_case_number, editable=False
    )
    school_number = models.CharField(
        _("number of the school"),
        max_length=30,
        blank=True,
        help_text=_("The number in your own pupil administration. Never a BSN."),
    )
    # Lower case, without accents, prefix behind: PostgreSQL runs without ICU.
    sort_name = models.CharField(_("sort key"), max_length=260, editable=False)
    birth_date = models.DateField(_("birth date"))
    gender = models.PositiveSmallIntegerField(_("gender"), choices=Gender, default=Gender.UNKNOWN)
    group = models.ForeignKey(
        "schools.SchoolGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pupils",
        verbose_name=_("group"),
    )
    # A copy, because a provider may see the pupil and not the group.
    group_label = models.CharField(_("group"), max_length=40, blank=True, editable=False)
    language = models.CharField(
        _("language at home"), max_length=8, choices=Language, default=Language.DUTCH
    )
    household = models.UUIDField(_("household"), default=uuid.uuid4, editable=False)

    # The four columns below follow from consent. Triggers write them, in the statement that
    # changes the consent; no application code does.
    shared_with = models.ForeignKey(
        "access.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("shared with"),
    )
    queued_with = models.ForeignKey(
        "access.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("in the queue of"),
    )
    client_of = models.ForeignKey(
        "access.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("client of"),
    )
    shared_until = models.DateField(_("shared until"), null=True, blank=True, editable=False)

    objects = PupilQuerySet.as_manager()

    class Meta:
        verbose_name = _("pupil")
        verbose_name_plural = _("pupils")
        ordering = ("sort_name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(case_number__regex=rf"^[{CASE_ALPHABET}]{{3}}-[{CASE_ALPHABET}]{{3}}$"),
                name="pupil_case_number_is_readable",
                violation_error_message=_("This case number is not well formed."),
            ),
            models.CheckConstraint(
                condition=Q(gender__in=[0, 1, 2, 9]),
                name="pupil_gender_is_known_code",
                violation_error_message=_("Choose one of the genders in the list."),
            ),
            models.UniqueConstraint(
                fields=["site", "school_number"],
                condition=~Q(school_number=""),
                name="pupil_school_number_once_per_site",
                violation_error_message=_("Another pupil of this school has that number."),
            ),
        ]
        indexes = [
            # The list of pupils of a coordinator.
            models.Index(fields=["site", "sort_name"], name="pupil_site_sort_name"),
            # Pupils that a manager may see: shared with the provider, and clients.
            models.Index(fields=["shared_with"], name="pupil_shared_with"),
            models.Index(fields=["client_of"], name="pupil_client_of"),
            # Brothers and sisters.
            models.Index(fields=["household"], name="pupil_household"),
        ]

    class Scope:
        rules = (
            COORDINATOR_KEEPS,
            Rule(Role.PROVIDER_MANAGER, "shared_with", "providers", until="shared_until"),
            Rule(Role.PROVIDER_MANAGER, "client_of", "providers"),
            Rule(Role.CARE_WORKER, "queued_with", "providers", until="shared_until"),
            Rule(Role.CARE_WORKER, "id", "caseload_pupils"),
        )
        fixed = ("site", "case_number")
        bound = {"group": ("site",)}
        own = {
            "site": "a pupil belongs to the school that keeps the record",
            "shared_with": "follows from consent, written by a trigger",
            "queued_with": "follows from consent, written by a trigger",
            "client_of": "follows from a trajectory, written by a trigger",
        }
        logs_reads = True

    def __str__(self):
        return self.full_name

    def save(self, *args, **kwargs):
        self.fill_sort_name()
        names = kwargs.get("update_fields")
        if names is not None:
            kwargs["update_fields"] = {*names, "sort_name"}
        super().save(*args, **kwargs)

    def clean_fields(self, exclude=None):
        self.fill_sort_name()
        super().clean_fields(exclude=exclude)

    def fill_sort_name(self):
        """Set the sort key from the name; bulk writers call this themselves."""
        # One letter can fold into many, so the key may be longer than the name.
        key = text.sort_key(self.last_name, self.prefix, self.first_name)
        self.sort_name = key[: self._meta.get_field("sort_name").max_length]

    def age_on(self, on):
        """Age in whole years on the date."""
        return periods.age_on(self.birth_date, on)


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
        _("kind of the next school"), max_length=8, choices=SchoolType, blank=True
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
