"""Filters of the support lists; each one stands in the address, so a list can be shared."""

from datetime import timedelta

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oja.core.periods import today
from providers.models import CostCategory
from support.budget_board import largest_of, leave_out
from support.models import (
    ExternalState,
    RequestState,
    Source,
    Spending,
    SupportRequest,
    Topic,
    Trajectory,
    TrajectoryState,
    Urgency,
)
from support.models.request import OPEN_STATES
from support.progress import submitted_before
from support.trajectory_queries import NO_FIRST_HELP, not_planned, silent

EVERYTHING = "alles"
#: Not decided yet, or help that has not ended.
STILL_OPEN = Q(state__in=OPEN_STATES) | Q(state=RequestState.STARTED, ended_on__isnull=True)
WAITS = [("10", _("10 school days")), ("20", _("20 school days")), ("40", _("40 school days"))]


def sites_in(rows):
    """(id, name) of the schools that occur in these rows: no hint of any other."""
    found = rows.order_by("site__name").values_list("site_id", "site__name").distinct()
    return [(str(pk), name) for pk, name in found]


def choose_school(filterset):
    """The schools in the list as a choice; no choice where there is only one."""
    choices = sites_in(filterset.queryset)
    if len(choices) > 1:
        filterset.filters["school"].extra["choices"] = choices
    else:
        del filterset.filters["school"]


class RequestFilter(django_filters.FilterSet):
    """School, state, waiting time; the rest folds out."""

    school = django_filters.ChoiceFilter(
        label=_("School"), field_name="site_id", empty_label=_("All schools")
    )
    stand = django_filters.ChoiceFilter(
        label=_("Where is it"),
        choices=[(EVERYTHING, _("All")), *RequestState.choices],
        method="by_state",
        empty_label=_("All open"),
    )
    wacht = django_filters.ChoiceFilter(
        label=_("Waits longer than"), choices=WAITS, method="by_wait", empty_label=_("No matter")
    )
    onderwerp = django_filters.ChoiceFilter(
        label=_("Topic"), choices=Topic.choices, method="by_topic", empty_label=_("All topics")
    )
    spoed = django_filters.ChoiceFilter(
        label=_("Urgency"), field_name="urgency", choices=Urgency.choices, empty_label=_("All")
    )
    bron = django_filters.ChoiceFilter(
        label=_("Noticed by"), field_name="source", choices=Source.choices, empty_label=_("All")
    )

    class Meta:
        model = SupportRequest
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choose_school(self)

    def filter_queryset(self, queryset):
        """What is still open, unless a state or everything was asked for."""
        if not self.form.cleaned_data.get("stand"):
            queryset = queryset.filter(STILL_OPEN)
        return super().filter_queryset(queryset)

    def by_state(self, rows, name, value):
        """One state, or everything."""
        return rows if value == EVERYTHING else rows.filter(state=value)

    def by_topic(self, rows, name, value):
        """Requests that name the topic among theirs."""
        return rows.filter(topics__contains=[value])

    def by_wait(self, rows, name, value):
        """Still waiting for the first talk, longer than so many school days of the own region."""
        on = today()
        regions = self.queryset.order_by().values_list("site__holiday_region", flat=True).distinct()
        found = Q(pk__in=[])
        for region in regions:
            limit = submitted_before(region, int(value), on)
            found |= Q(site__holiday_region=region, submitted_on__lt=limit)
        waiting = Q(state__in=[*OPEN_STATES, RequestState.STARTED])
        return rows.filter(
            found, waiting, first_talk_on__isnull=True, first_help_on__isnull=True
        ).exclude(state=RequestState.CONCEPT)


class TrajectoryFilter(django_filters.FilterSet):
    """State, school and regisseur; what needs attention folds out."""

    school = django_filters.ChoiceFilter(
        label=_("School"), field_name="site_id", empty_label=_("All schools")
    )
    stand = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(EVERYTHING, _("All")), *TrajectoryState.choices],
        method="by_state",
        empty_label=_("All open"),
    )
    regisseur = django_filters.ChoiceFilter(
        label=_("Regisseur"), field_name="regisseur_id", empty_label=_("Everybody")
    )
    aandacht = django_filters.ChoiceFilter(
        label=_("Attention"),
        choices=[
            ("contact", _("No contact for more than 30 days")),
            ("evaluatie", _("Evaluation within 30 days")),
            ("begin", _("Runs without a first contact")),
            ("moment", _("Runs without a planned moment")),
        ],
        method="by_attention",
        empty_label=_("No matter"),
    )

    class Meta:
        model = Trajectory
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choose_school(self)
        people = self.queryset.order_by("regisseur__name").values_list(
            "regisseur_id", "regisseur__name"
        )
        self.filters["regisseur"].extra["choices"] = [
            (str(pk), name) for pk, name in people.distinct()
        ]

    def filter_queryset(self, queryset):
        """What is not closed, unless a state or everything was asked for."""
        if not self.form.cleaned_data.get("stand"):
            queryset = queryset.open()
        return super().filter_queryset(queryset)

    def by_state(self, rows, name, value):
        """One state, or everything."""
        return rows if value == EVERYTHING else rows.filter(state=value)

    def by_attention(self, rows, name, value):
        """Help that runs without contact, or whose evaluation is near."""
        on = today()
        month = timedelta(days=30)
        if value == "contact":
            return rows.filter(silent(on))
        if value in ("begin", "moment"):
            return rows.filter(NO_FIRST_HELP if value == "begin" else not_planned(on))
        return rows.open().filter(next_evaluation_on__lte=on + month)


class SpendingFilter(django_filters.FilterSet):
    """Year, date, kind of help, municipality, source, and bills without a trajectory."""

    jaar = django_filters.ChoiceFilter(
        label=_("Year"), field_name="year", empty_label=_("All years")
    )
    tot = django_filters.DateFilter(
        label=_("Up to and including"), field_name="on", lookup_expr="lte", widget=forms.HiddenInput
    )
    aanbieder = django_filters.UUIDFilter(
        label=_("Provider"), field_name="provider_id", widget=forms.HiddenInput
    )
    gemeente = django_filters.ChoiceFilter(
        label=_("Municipality"), field_name="municipality_id", empty_label=_("All together")
    )
    # After year, date and municipality: these say among which lines the largest are sought.
    zonder = django_filters.ChoiceFilter(
        label=_("Without"),
        choices=[("5", _("the 5 most expensive trajectories"))],
        method="by_size",
        widget=forms.HiddenInput,
    )
    soort = django_filters.ChoiceFilter(
        label=_("Kind of help"),
        field_name="category",
        choices=CostCategory.choices,
        empty_label=_("All kinds"),
    )
    koppeling = django_filters.ChoiceFilter(
        label=_("Trajectory"),
        choices=[("zonder", _("Bills without trajectory")), ("met", _("With trajectory"))],
        method="by_match",
        empty_label=_("No matter"),
    )
    bron = django_filters.ChoiceFilter(
        label=_("Source"),
        field_name="source",
        choices=Spending._meta.get_field("source").choices,
        empty_label=_("All sources"),
    )

    class Meta:
        model = Spending
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = self.queryset.order_by()
        years = rows.values_list("year", flat=True).distinct()
        self.filters["jaar"].extra["choices"] = [
            (str(year), str(year)) for year in sorted(years, reverse=True)
        ]
        places = rows.values_list("municipality_id", "municipality__name").distinct()
        self.filters["gemeente"].extra["choices"] = sorted(
            ((str(pk), name) for pk, name in places), key=lambda place: place[1]
        )

    def by_size(self, rows, name, value):
        """Without the most expensive trajectories, as the budget page leaves them out."""
        return leave_out(rows, [key for key, _cents in largest_of(rows)])

    def by_match(self, rows, name, value):
        """Bills from outside for which no trajectory is known; or all that have one."""
        if value == "zonder":
            return rows.filter(external__state=ExternalState.UNMATCHED)
        return rows.filter(trajectory__isnull=False)
