"""Groups of a site and who teaches them."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CHANGE, CREATE, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel
from schools.models.dated import Dated, DatedQuerySet, end_after_start, no_overlap


class SchoolGroup(BaseModel, ScopedModel):
    """A class of a site. The name is what the school says, such as "5/6" or "Vlinders"."""

    site = models.ForeignKey(
        "schools.SchoolSite",
        on_delete=models.PROTECT,
        related_name="groups",
        verbose_name=_("site"),
    )
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"],
                name="group_name_once_per_site",
                violation_error_message=_("This school already has a group with that name."),
            )
        ]

    class Scope:
        rules = (
            Rule(Role.SCHOOL_COORDINATOR, "site", "sites", may=(READ, CREATE, CHANGE)),
            Rule(Role.TEACHER, "id", "groups"),
        )
        fixed = ("site",)
        own = {"site": "a group belongs to one site from the start"}

    def __str__(self):
        return self.name


class GroupTeacherQuerySet(DatedQuerySet, ScopedQuerySet):
    pass


class GroupTeacher(BaseModel, Dated, ScopedModel):
    """That a user teaches a group. Grants that teacher the agreements of the group."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="taught_groups",
        verbose_name=_("teacher"),
    )
    group = models.ForeignKey(
        SchoolGroup, on_delete=models.PROTECT, related_name="teachers", verbose_name=_("group")
    )
    site = models.ForeignKey(
        "schools.SchoolSite", on_delete=models.PROTECT, related_name="+", verbose_name=_("site")
    )

    objects = GroupTeacherQuerySet.as_manager()

    class Meta:
        verbose_name = _("teacher of a group")
        verbose_name_plural = _("teachers of groups")
        ordering = ("valid_from", "pk")
        constraints = [
            end_after_start("groupteacher_end_after_start"),
            ExclusionConstraint(
                name="groupteacher_once_per_date",
                expressions=no_overlap("user", "group"),
                violation_error_message=_("This teacher already has this group in that period."),
            ),
        ]

    class Scope:
        rules = (
            Rule(Role.SCHOOL_COORDINATOR, "site", "sites", may=(READ, CREATE, CHANGE)),
            Rule(Role.TEACHER, "user", "self"),
        )
        fixed = ("site", "group", "user")
        bound = {"group": ("site",)}
        own = {"user": "the teacher is the fact of this row"}
        grants = True

    def __str__(self):
        return f"{self.valid_from:%Y-%m-%d}"
