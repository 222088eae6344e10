"""Reading what was published, through the database role that can read nothing else."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from monitor.models import Figure, Snapshot, SnapshotIndicator

#: The connection of oja_figures.
FIGURES = "figures"


def count_date(day):
    """The last 1 February on or before a day: schools count their pupils then."""
    return day.replace(year=day.year if day.month >= 2 else day.year - 1, month=2, day=1)


@dataclass
class Board:
    """One snapshot with its indicators and figures, and the snapshots before it."""

    snapshot: Snapshot
    snapshots: list[Snapshot]  # of this arrangement, the newest first
    arrangements: list[Snapshot]  # the newest snapshot of every arrangement of the reader
    indicators: dict[str, SnapshotIndicator] = field(default_factory=dict)
    figures: dict[tuple, Figure] = field(default_factory=dict)  # (snapshot, slug, part, where)

    @property
    def earlier(self):
        """The snapshot to compare with: of a year before, else the one before this one."""
        found = [one for one in self.snapshots if one.reference_date < self.snapshot.reference_date]
        year = self.snapshot.month.replace(year=self.snapshot.month.year - 1)
        return next((one for one in found if one.month == year), found[0] if found else None)

    @property
    def first(self):
        """The first snapshot of the arrangement, its baseline; None on that snapshot itself."""
        return self.snapshots[-1] if self.snapshots[-1] != self.snapshot else None

    def baseline(self, slug, part):
        """A cell of the whole in the first snapshot, where it was counted by the same rule."""
        found = self.figure(slug, part, snapshot=self.first) if self.first else None
        now = self.figure(slug, part)
        return found if found and now and found.version == now.version else None

    @property
    def history(self):
        """This snapshot and those before it, the oldest first, at most six."""
        day = self.snapshot.reference_date
        return [one for one in self.snapshots if one.reference_date <= day][:6][::-1]

    def count_dates(self):
        """The last snapshot of each count date of schools up to this one, the oldest first."""
        day = self.snapshot.reference_date
        found = {}
        for one in self.snapshots:  # the newest first
            if one.reference_date <= day:
                found.setdefault(count_date(one.reference_date), one)
        return list(found.values())[::-1]

    def figure(self, slug, part, where=(), snapshot: Any = None):
        """A cell, or None where there is none."""
        return self.figures.get(((snapshot or self.snapshot).pk, slug, part, where))

    def parts(self, slug):
        """The cells of the whole of one figure, in their order."""
        return sorted(
            (
                one
                for (snapshot, name, _part, where), one in self.figures.items()
                if snapshot == self.snapshot.pk and name == slug and not where
            ),
            key=lambda one: one.part_order,
        )

    def headline(self, slug, snapshot=None):
        """The first number of a figure."""
        parts = self.parts(slug)
        return self.figure(slug, parts[0].part, snapshot=snapshot) if parts else None

    def query(self, snapshot=None, **more):
        """The query string of a snapshot: nothing for the newest one of the only arrangement."""
        snapshot = snapshot or self.snapshot
        said = {}
        if len(self.arrangements) > 1:
            said["oja"] = str(snapshot.arrangement_id)
        if snapshot != self.snapshots[0]:
            said["stand"] = snapshot.reference_date.isoformat()
        said |= more
        return f"?{urlencode(said)}" if said else ""

    def url(self, slug):
        """The page of a figure."""
        return reverse("published-figure", args=[slug]) + self.query()

    def places(self):
        """(label, where, depth) of every row of a table: the whole, providers, their schools."""
        yield self.snapshot.arrangement_name, (), 0
        for provider, sites in self.snapshot.places:
            yield provider, (("provider", provider),), 1
            for site in sites:
                yield site, (("site", site),), 2


def snapshots_of(actor):
    """What this reader may see, the newest first."""
    rows = Snapshot.objects.using(FIGURES).visible_to(actor)
    return list(rows.filter(state="published").order_by("-reference_date", "arrangement_name"))


def board_of(request, *, slugs=None):
    """The snapshot that the address asks for, or None when nothing was published yet.

    `oja` names the arrangement, `stand` the reference date; 404 for what is not there. With
    `slugs` only those figures are read, of all snapshots; without, all of two snapshots and the
    undivided totals of those before, the first one among them.
    """
    found = snapshots_of(request.actor)
    if not found:
        return None
    wanted = request.GET.get("oja")
    own = [one for one in found if not wanted or str(one.arrangement_id) == wanted]
    if not own:
        raise Http404
    own = [one for one in own if one.arrangement_id == own[0].arrangement_id]
    date = request.GET.get("stand")
    chosen = [one for one in own if not date or one.reference_date.isoformat() == date]
    if not chosen:
        raise Http404
    newest = {one.arrangement_id: one for one in reversed(found)}
    others = sorted(newest.values(), key=lambda one: one.arrangement_name)
    board = Board(chosen[0], own, others)
    _fill(board, request.actor, slugs)
    return board


def _fill(board, actor, slugs):
    rows = SnapshotIndicator.objects.using(FIGURES).visible_to(actor)
    rows = rows.filter(snapshot_id=board.snapshot.pk).order_by("order", "slug")
    board.indicators = {one.slug: one for one in rows}
    wanted = [board.snapshot.pk] + [one.pk for one in [board.earlier] if one]
    figures = Figure.objects.using(FIGURES).visible_to(actor)
    if slugs is not None:
        wanted = [one.pk for one in board.snapshots]
        figures = figures.filter(slug__in=slugs)
    older = [one.pk for one in (*board.history, board.snapshots[-1])]
    figures = figures.filter(Q(snapshot_id__in=wanted) | Q(snapshot_id__in=older, where={}))
    for one in figures.order_by("part_order", "where_label", "id"):
        where = tuple(one.where.items())
        board.figures[one.snapshot_id, one.slug, one.part, where] = one
