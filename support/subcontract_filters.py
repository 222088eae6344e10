"""Filters of the list of bought care, and its tabs."""

import datetime as dt

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from oja.access.scoping import Today
from oja.core.periods import today
from support.filters import EVERYTHING, choose_school
from support.models import (
    AgreementState,
    Answer,
    Reason,
    SchoolAnswer,
    Subcontract,
    SubcontractAgreement,
    SubcontractState,
)

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


def in_tab(tab, on):
    """The condition of a tab on a day."""
    if tab == REVIEW:
        return Q(state=S.RUNNING, review_on__lte=on + REVIEW_BEFORE)
    return Q(state__in=STATES[tab])


class SubcontractFilter(django_filters.FilterSet):
    """Tab, whom it waits for, provider, reason, school."""

    tab = django_filters.ChoiceFilter(
        label=_("Where is it"),
        choices=[*TABS, (EVERYTHING, _("All"))],
        method="by_tab",
        empty_label=_("Waits for a decision"),
    )
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

    def filter_queryset(self, queryset):
        """What waits for a decision, unless another tab was asked for."""
        if not self.form.cleaned_data.get("tab"):
            queryset = queryset.filter(in_tab(DECIDE, today()))
        return super().filter_queryset(queryset)

    def by_tab(self, rows, name, value):
        """The orders of one tab."""
        return rows if value == EVERYTHING else rows.filter(in_tab(value, today()))

    def by_wait(self, rows, name, value):
        """Asked orders that wait for the family, the school, or only for the decision."""
        rows = rows.filter(state=S.ASKED)
        if value == FAMILY:
            return rows.filter(waits_for_family=True)
        if value == SCHOOL:
            return rows.filter(waits_for_school=True)
        return rows.filter(waits_for_family=False, waits_for_school=False)


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
