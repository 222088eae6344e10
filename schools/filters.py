"""Filters of lists of pupils."""

import django_filters
from django.utils.translation import gettext_lazy as _

from schools.models import Pupil, SchoolGroup, SchoolSite


def own_groups(request):
    """The groups that this person may see, by name."""
    return SchoolGroup.objects.visible_to(request.actor).order_by("name")


def own_sites(request):
    """The sites where this person works, by name."""
    return SchoolSite.objects.filter(pk__in=request.actor.ids("school_coordinator", "sites"))


class PupilFilter(django_filters.FilterSet):
    """By group; by school for whoever works at more than one."""

    group = django_filters.ModelChoiceFilter(
        label=_("Group"), queryset=own_groups, empty_label=_("all groups")
    )
    site = django_filters.ModelChoiceFilter(
        label=_("School"), queryset=own_sites, empty_label=_("all schools")
    )

    class Meta:
        model = Pupil
        fields = ("group", "site")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        sites = self.request.actor.ids("school_coordinator", "sites")
        if len(sites) < 2:
            del self.filters["site"]
        if not sites:
            del self.filters["group"]


class AbsenceFilter(PupilFilter):
    """By school only: who is absent are few."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters.pop("group", None)
