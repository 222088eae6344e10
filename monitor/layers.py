"""In which layer help was planned on a day, as a fact of a trajectory."""

from django.db.models import CharField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from support.models import Layer, Provision, Subcontract

#: Nothing was planned, or help had ended.
NOTHING = "none"
ORDERED = ("ordered", "running", "ended", "settled")


def name_of(day):
    """The name of the fact: the highest layer in which help was planned on the day."""
    return f"layer_{day:%Y%m%d}"


def facts(window):
    """For `Indicator.annotations`: the layer on the first day and on the reference date."""
    return {name_of(day): layer_on(day) for day in (window.start, window.reference_date)}


def layer_on(day):
    """The highest layer of what was planned or bought on the day; NOTHING where that was none."""
    planned = Provision.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=day),
        trajectory=OuterRef("pk"),
        valid_from__lte=day,
    )
    bought = Subcontract.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=day),
        trajectory=OuterRef("pk"),
        state__in=ORDERED,
        starts_on__lte=day,
        ends_on__gte=day,
    )
    highest = Greatest(*(_highest(rows) for rows in (planned, bought)))
    return Coalesce(highest, Value(NOTHING), output_field=CharField())


def _highest(rows):
    return Subquery(rows.order_by("-layer").values("layer")[:1])


def direction(before, after):
    """ "heavier" for a higher layer, "lighter" for a lower one; None where help ended."""
    if NOTHING in (before, after):
        return None
    return "same" if before == after else "heavier" if after > before else "lighter"


LAYERS = tuple(Layer.values)
