"""Published cells as a file: every number as the pages write it, with what it counts over."""

from django.http import Http404, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from monitor.told import day, told
from oja.core.export import Column, to_csv, to_xlsx


def export(request, board, slugs):
    """The cells as a file, written as the pages write them. 404 for another kind of file."""
    kind = request.GET["formaat"]
    order = {slug: number for number, slug in enumerate(slugs)}
    places = {where: number for number, (_label, where, _depth) in enumerate(board.places())}
    rows = [
        one
        for (snapshot, slug, _part, _where), one in board.figures.items()
        if snapshot == board.snapshot.pk and slug in order
    ]
    rows.sort(
        key=lambda one: (order[one.slug], one.part_order, places.get(tuple(one.where.items()), 0))
    )
    columns = [
        Column("figure", _("Figure"), lambda row: board.indicators[row.slug].title),
        Column("part", _("Part"), lambda row: row.part_label),
        Column("where", _("Where"), lambda row: row.where_label or board.snapshot.arrangement_name),
        Column("value", _("Value"), told),
        Column("n", _("Over how many"), lambda row: row.n_text),
        Column("status", _("State of the figure"), lambda row: row.get_status_display()),
        Column(
            "final",
            _("Provisional"),
            lambda row: _("provisional") if row.is_provisional else _("final"),
        ),
        Column("version", _("Version"), lambda row: row.version),
        Column("date", _("Reference date"), lambda row: board.snapshot.reference_date, "date"),
    ]
    name = slugify(f"monitor {board.snapshot.arrangement_name} {board.snapshot.reference_date}")
    if kind == "csv":
        body, content = to_csv(columns, rows), "text/csv; charset=utf-8"
    elif kind == "xlsx":
        about = {
            _("Arrangement"): board.snapshot.arrangement_name,
            _("Reference date"): day(board.snapshot.reference_date),
            _("Rounding"): _(
                "Numbers of pupils are rounded to 5 and not shown below 10. Each number is "
                "rounded by itself, so they need not add up."
            ),
        }
        body = to_xlsx(columns, rows, about)
        content = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        raise Http404
    response = HttpResponse(body, content_type=content)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
