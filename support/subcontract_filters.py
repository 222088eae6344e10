"""Filters of the list of bought care, and its tabs."""

import datetime as dt

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from oja.access.scoping import Today
from oja.core.periods import today
from support.filters import EVERYTHING, choose_school
from support.models import (
    AgreementState,
    Answer,
    ExternalCost,
    Reason,
    SchoolAnswer,
    Subcontract,
    SubcontractAgreement,
    SubcontractState,
)
from support.models.costs import Referrer

S = SubcontractState
DECIDE, RUNS, REVIEW, DONE = "besluit", "loopt", "herbeoordelen", "afgerond"
TABS = (
    (DECIDE, _("Waits for a decision")),
    (RUNS, _("Running")),
    (REVIEW, _("To review")),
    (DONE, _("Finished")),
)
STATES = {
    DECIDE: (S.PROPOSAL, S.ASKED, S.APPROVED),
    RUNS: (S.ORDERED, S.RUNNING),
    DONE: (S.ENDED, S.SETTLED, S.REJECTED, S.WITHDRAWN),
}
#: Running care whose review lies this near is in the tab of reviews.
REVIEW_BEFORE = dt.timedelta(days=14)
FAMILY, SCHOOL, MANAGER = "gezin", "school", "besluit"
LATE, SOON, LATER, NONE = "te-laat", "binnenkort", "later", "geen"
#: Beside the tabs: everything, and what somebody else ordered.
ALL, NOT_OURS = EVERYTHING, "niet-zelf"


def in_tab(tab, on):
    """The condition of a tab on a day."""
    if tab == ALL:
        return Q()
    if tab == REVIEW:
        return Q(state=S.RUNNING, review_on__lte=on + REVIEW_BEFORE)
    return Q(state__in=STATES[tab])


class Quiet(django_filters.FilterSet):
    """Filters in a tab: the form carries the tab along, and no chip repeats what the tab says."""

    tab = django_filters.CharFilter(method="in_the_address", widget=forms.HiddenInput)

    def filter_queryset(self, queryset):
        """All filters but the tab: its rows are all that was handed over."""
        self.form.cleaned_data.pop("tab", None)
        return super().filter_queryset(queryset)

    def in_the_address(self, rows, name, value):
        """The tab chose the rows already."""
        return rows


class SubcontractFilter(Quiet):
    """Whom it waits for, provider, reason, review, school."""

    wacht = django_filters.ChoiceFilter(
        label=_("Waits for"),
        choices=[(FAMILY, _("Family")), (SCHOOL, _("School")), (MANAGER, _("Decision"))],
        method="by_wait",
        empty_label=_("No matter"),
    )
    aanbieder = django_filters.ChoiceFilter(
        label=_("Third party"), field_name="third_id", empty_label=_("All third parties")
    )
    reden = django_filters.ChoiceFilter(
        label=_("Why not ourselves"),
        field_name="reason",
        choices=Reason.choices,
        empty_label=_("All reasons"),
    )
    herbeoordeling = django_filters.ChoiceFilter(
        label=_("Review"),
        choices=[
            (LATE, _("Too late")),
            (SOON, _("Within two weeks")),
            (LATER, _("Later")),
            (NONE, _("Not planned")),
        ],
        method="by_review",
        empty_label=_("No matter"),
    )
    school = django_filters.ChoiceFilter(
        label=_("School"), field_name="site_id", empty_label=_("All schools")
    )

    class Meta:
        model = Subcontract
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choose_school(self)
        rows = self.queryset.order_by("third__name")
        thirds = rows.values_list("third_id", "third__name").distinct()
        self.filters["aanbieder"].extra["choices"] = [(str(key), name) for key, name in thirds]

    def by_wait(self, rows, name, value):
        """Asked orders that wait for the family, the school, or only for the decision."""
        rows = rows.filter(state=S.ASKED)
        if value == FAMILY:
            return rows.filter(waits_for_family=True)
        if value == SCHOOL:
            return rows.filter(waits_for_school=True)
        return rows.filter(waits_for_family=False, waits_for_school=False)

    def by_review(self, rows, name, value):
        """By the day before which running care is looked at again; the four leave nothing out."""
        on = today()
        if value == NONE:
            return rows.filter(review_on__isnull=True)
        if value == LATE:
            return rows.filter(review_on__lt=on)
        if value == SOON:
            return rows.filter(review_on__gte=on, review_on__lte=on + REVIEW_BEFORE)
        return rows.filter(review_on__gt=on + REVIEW_BEFORE)


class NotOrderedFilter(Quiet):
    """Care that others ordered: by whom, and whether it is known for whose trajectory."""

    verwijzer = django_filters.ChoiceFilter(
        label=_("Referrer"),
        field_name="referrer",
        choices=Referrer.choices,
        empty_label=_("All referrers"),
    )
    koppeling = django_filters.ChoiceFilter(
        label=_("Trajectory"),
        choices=[("zonder", _("Bills without trajectory")), ("met", _("With trajectory"))],
        method="by_match",
        empty_label=_("No matter"),
    )

    class Meta:
        model = ExternalCost
        fields = ()

    def by_match(self, rows, name, value):
        """With or without a trajectory."""
        return rows.filter(trajectory__isnull=value == "zonder")


def with_waits(rows, actor):
    """The orders with whom they wait for, and whether somebody said no or the school objects."""
    agreements = SubcontractAgreement.objects.visible_to(actor).filter(subcontract=OuterRef("pk"))
    answers = SchoolAnswer.objects.visible_to(actor).filter(subcontract=OuterRef("pk"))
    waiting = (AgreementState.ASKED, AgreementState.TALK)
    return rows.annotate(
        waits_for_family=Exists(agreements.filter(state__in=waiting)),
        waits_for_school=Exists(
            answers.filter(Q(shared_until__isnull=True) | Q(shared_until__gt=Today())).filter(
                answer="", shared_site__isnull=False
            )
        ),
        has_refusal=Exists(agreements.filter(state=AgreementState.REFUSED)),
        has_objection=Exists(answers.filter(answer=Answer.OBJECTION)),
    )
