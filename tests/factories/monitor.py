"""Frozen figures and meetings about them."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from monitor.models import (
    ActionPoint,
    AgendaPoint,
    Decision,
    Figure,
    Interpretation,
    Meeting,
    Participant,
    Snapshot,
    SnapshotIndicator,
)

#: What a small snapshot holds: figure, kind of measure, theme, and (part, unit, value, text).
PARTS = (
    (
        "thuiszitters-ocw",
        "count",
        "attendance",
        [("count", "count", 10, ""), ("without-offer", "count", None, "0–2")],
    ),
    (
        "start-within-28-days",
        "share",
        "access",
        [
            ("share", "percent", 80, ""),
            ("numerator", "count", 40, ""),
            ("denominator", "count", 50, ""),
        ],
    ),
    (
        "transitions",
        "matrix",
        "flow",
        [
            ("count", "count", 720, ""),
            ("heavier", "count", 10, ""),
            ("from-sbo", "count", 300, ""),
            ("from-so", "count", 70, ""),
            ("sbo-to-so", "count", 10, ""),
            ("so-to-sbo", "count", None, "<10"),
        ],
    ),
    (
        "under-the-line",
        "several",
        "use",
        [("pupils-share", "percent", 95, ""), ("pupils-total", "count", 120, "")]
        + [(f"pupils-l{n}", "count", 10 * n, "") for n in range(1, 6)],
    ),
    (
        "hours-by-form",
        "breakdown",
        "use",
        [("total", "minutes", 54_000, ""), ("groep", "minutes", 1_800, "")],
    ),
    (
        "stock-and-flow",
        "stockflow",
        "use",
        [(p, "count", 20, "") for p in ("end", "begin", "in", "out")],
    ),
    (
        "budget-use",
        "ratio",
        "money",
        [("share", "percent", 71, ""), ("spent", "euro_cents", 56_250_000, "")],
    ),
    ("realised-and-committed", "claimed", "money", [("share", "percent", None, "")]),
    ("marks-of-parents", "anonymous", "satisfaction", [("mean", "mean", 7.8, "")]),
)
LAYOUT = {
    "rows": [["sbo", "sbo"], ["so", "so"]],
    "ways": {"sbo-to-so": "heavier", "so-to-sbo": "lighter"},
}


class SnapshotFactory(DjangoModelFactory):
    """A frozen snapshot; `published` lets everybody at the table read it."""

    class Meta:
        model = Snapshot

    class Params:
        arrangement = None

    arrangement_id = factory.SelfAttribute("arrangement.pk")
    arrangement_name = factory.SelfAttribute("arrangement.name")
    reference_date = dt.date(2026, 11, 1)
    month = factory.LazyAttribute(lambda o: o.reference_date.replace(day=1))
    period = "2026-2027"
    made_at = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
    made_reason = "test"
    gate_report = {"groups": 12, "programs": 30, "protected": 2, "leaks": [], "whole": True}
    population_text = "1.050"


def published(
    arrangement, provider="Vlechtwerk", site="De Wissel", version="2026-1", values=None, **fields
):
    """A published snapshot with a few figures of one provider with one school.

    `values` replaces numbers of the whole: {(figure, part): number}.
    """
    snapshot = SnapshotFactory(arrangement=arrangement, places=[[provider, [site]]], **fields)
    wheres = {"": {}, provider: {"provider": provider}, site: {"site": site}}
    for order, (slug, kind, theme, parts) in enumerate(PARTS):
        SnapshotIndicator.objects.create(
            snapshot=snapshot,
            slug=slug,
            version=version,
            order=order,
            theme=theme,
            kind=kind,
            title=f"Titel van {slug}",
            question=f"Vraag van {slug}?",
            definition="Wat we meten.",
            exclusions=["Wie niet meetelt."],
            direction="down",
            norm=80 if kind == "share" else None,
            layout=LAYOUT if kind == "matrix" else {},
            status="provisional" if kind == "share" else "final",
        )
        for number, (part, unit, value, text) in enumerate(parts):
            value = (values or {}).get((slug, part), value)
            for label, where in wheres.items():
                small = bool(where) and unit == "count" and part != "denominator"
                status = "shown" if value is not None and not small else "small"
                Figure.objects.create(
                    snapshot=snapshot,
                    slug=slug,
                    version=version,
                    part=part,
                    part_label=f"deel {part}",
                    part_order=number,
                    where=where,
                    where_label=label,
                    unit=unit,
                    value=value if status == "shown" else None,
                    text="<10" if small else text,
                    numerator=40 if part == "share" and kind == "share" else None,
                    denominator=50 if part == "share" else None,
                    n_text="50" if part == "share" else "",
                    status=status,
                    is_provisional=kind == "share",
                )
    return let_read(snapshot)


def let_read(snapshot):
    """Publish it."""
    snapshot.state = "published"
    snapshot.published_at = snapshot.made_at
    snapshot.published_arrangement_id = snapshot.arrangement_id
    snapshot.save()
    for model in (SnapshotIndicator, Figure):
        rows = model.objects.filter(snapshot=snapshot)
        rows.update(published_arrangement_id=snapshot.arrangement_id)
    return snapshot


class MeetingFactory(DjangoModelFactory):
    """A planned meeting of an arrangement."""

    class Meta:
        model = Meeting

    class Params:
        arrangement = None

    arrangement_id = factory.SelfAttribute("arrangement.pk")
    arrangement_name = factory.SelfAttribute("arrangement.name")
    on = dt.date(2026, 11, 26)
    planned_by_label = "Els"


class _OfMeeting(DjangoModelFactory):
    class Meta:
        abstract = True

    arrangement_id = factory.SelfAttribute("meeting.arrangement_id")
    by_label = "Els"


class ParticipantFactory(_OfMeeting):
    class Meta:
        model = Participant

    name = factory.Sequence(lambda n: f"Deelnemer {n}")


class InterpretationFactory(_OfMeeting):
    class Meta:
        model = Interpretation

    theme = "attendance"
    kind = "fact"
    text = "Er is een vaste dag."


class AgendaPointFactory(_OfMeeting):
    class Meta:
        model = AgendaPoint

    slug = "thuiszitters-ocw"
    title = "Titel van thuiszitters-ocw"
    theme = "attendance"


class DecisionFactory(_OfMeeting):
    class Meta:
        model = Decision

    theme = "money"
    text = "We vragen offertes op."


class ActionPointFactory(_OfMeeting):
    class Meta:
        model = ActionPoint

    theme = "flow"
    text = "Plannen bespreken."
    owner = "Het Baken"
    due_on = dt.date(2026, 12, 14)
