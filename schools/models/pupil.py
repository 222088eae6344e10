"""Pupils of a site: the record that the school keeps."""

import re
import secrets
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CHANGE, CREATE, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core import periods, text
from oja.core.models import BaseModel

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
