"""The rules of `schools.transition_rules` as conditions on Enrolment, for lists and figures.

Count the rows that hold on the first date: a pupil has one at most. Each function but the first
says where the pupil of such a row is on a later date.
"""

from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.lookups import Exact, In

from schools import transition_rules as rules
from schools.models import Enrolment


def counted_at(before):
    """Enrolments that hold on the first date."""
    return Q(valid_from__lte=before) & (Q(valid_until__isnull=True) | Q(valid_until__gt=before))


def position(after):
    """An expression: where the pupil of the row is on the date (see rules.position)."""
    begun = Enrolment.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
        pupil=OuterRef("pupil"),
        valid_from__lte=after,
    )
    where = Case(
        When(counted_at(after), then=F("school_type")),
        When(destination_type="", then=Value(rules.UNKNOWN)),
        default=F("destination_type"),
        output_field=CharField(),
    )
    return Subquery(begun.order_by("-valid_from").annotate(where=where).values("where")[:1])


def went_to(after, types):
    """Pupils who are in one of the kinds of schools, or other destinations, on the date."""
    return Q(In(position(after), list(types)))


def stayed(after):
    """Pupils in the same kind of school as before."""
    return Q(Exact(position(after), F("school_type")))


def heavier(after):
    """Pupils who went to a heavier kind of education."""
    return _from_each(after, lambda kind: rules.types_in(rules.HEAVIER, kind))


def lighter(after):
    """Pupils who went to a lighter kind of education."""
    return _from_each(after, lambda kind: rules.types_in(rules.LIGHTER, kind))


def sent_back(after):
    """Pupils who went from (v)so or sbo to a lower level of the same stage (terugplaatsing)."""
    return _from_each(after, rules.types_back)


def _from_each(after, types_of):
    found = Q(pk__in=[])
    for kind in rules.LEVELS:
        if types := types_of(kind):
            found |= Q(school_type=kind) & went_to(after, types)
    return found
