"""`list_page`: filter, search, sort, page, fragment, print and export of any list.

A list, its figure and its export share one query string. A search for a person does not stand in
it: the words are posted, kept on the server, and the address holds only their number.
"""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db import DataError, transaction
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.access.lookup import log_list
from oja.core.export import Column, to_csv, to_xlsx
from oja.core.periods import today
from oja.pages import searches
from oja.pages.forms import cleaned_query
from oja.pages.words import cell_attributes, cell_html, is_empty, reversed_order, shown

__all__ = ["Column", "EmptyText", "list_page"]

SIZES = (25, 50, 100)
ON_PAPER = 500  # rows of the print view
NOTHING_YET = gettext_lazy("There is nothing here yet.")
NOTHING_FITS = gettext_lazy("Nothing fits these filters.")
MANY = 1000  # above this the count says "more than"
PAGE, SIZE, ORDER, FORMAT, PRINT = "pagina", "aantal", "volgorde", "formaat", "druk"
#: Checked before they reach the database; a filter may hold what no column can.
CHECKED = {PAGE, SIZE, ORDER, FORMAT, PRINT}


@dataclass(frozen=True)
class EmptyText:
    """What an empty list says: nothing yet, nothing with these filters, or nothing left to do."""

    nothing_yet: Any = NOTHING_YET
    with_filters: Any = NOTHING_FITS
    is_done: bool = False  # empty is good news: calm, no button


def list_page(request, rows, *, title, columns, orderings, what, **options):
    """Answer with a page of `rows` (a queryset that was asked `visible_to` somebody).

    columns: of the table and of the export alike. orderings: key -> fields, the first is the
    default; the key itself is always added, so that pages never overlap. what, subject: for the
    read log, one line per list with the subjects in it. filterset: a django_filter class.
    search: function of (rows, text), or names of stored sort keys. noun: (one, many).
    empty: EmptyText. actions: list of (label, url, icon) at the top. for_page: function of the
    rows of this page that adds what needs a query of its own. row_url: function of a row.
    about: label -> text, more (or other) lines for the first sheet of the export.
    """
    return ListPage(
        request,
        rows,
        title=title,
        columns=columns,
        orderings=orderings,
        what=what,
        **options,
    ).respond()


class ListPage:
    """One request for a list; see `list_page`."""

    def __init__(
        self,
        request,
        rows,
        *,
        title,
        columns,
        orderings,
        what,
        template="pages/list.html",
        rows_template="pages/list_rows.html",
        filterset=None,
        subject="pupil_id",
        search=None,
        noun=None,
        empty=None,
        actions=(),
        row_url=None,
        for_page=None,
        breadcrumb=(),
        about=None,
        context=None,
    ):
        self.request, self.all_rows = request, rows
        self.title, self.columns, self.orderings = title, columns, orderings
        self.what, self.subject = what, subject
        self.template, self.rows_template = template, rows_template
        self.filterset_class = filterset
        if search is not None and not callable(search):
            search = searches.by_name(*([search] if isinstance(search, str) else search))
        self.search = search
        self.noun, self.empty = noun, empty or EmptyText()
        self.actions, self.row_url, self.for_page = actions, row_url, for_page
        self.breadcrumb, self.context = breadcrumb, context or {}
        self.own_about = about or {}
        self.query = cleaned_query(request.GET)
        self.problems = []

    def respond(self):
        """The answer: a page, a fragment, a file, or the way to a search."""
        if self.request.method == "POST" and self.search is not None:
            return self.keep_search()
        if self.request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        if not set(self.query) - CHECKED:
            return self.answer()
        try:
            with transaction.atomic():
                return self.answer()
        except DataError:  # a value that no column can hold, such as a number of thirty digits
            self.query = cleaned_query({})
            self.problems = [_("A filter in this address cannot be used and was left out.")]
            return self.answer()

    def keep_search(self):
        """Keep the posted words and go to the list that shows them."""
        query = self.query.copy()
        for name in (searches.NUMBER, PAGE):
            query.pop(name, None)
        text = cleaned_query(self.request.POST).get(searches.FIELD, "").strip()
        if text:
            query[searches.NUMBER] = str(searches.remember_search(self.request.actor, text))
        return redirect(self.address(query))

    def answer(self):
        """Filter, sort, and show or export."""
        self.filterset = self.make_filterset()
        rows = self.all_rows if self.filterset is None else self.filterset.qs
        self.searched = searches.search_text(
            self.request.actor, self.query.get(searches.NUMBER, "")
        )
        if self.search is not None and self.searched:
            rows = self.search(rows, self.searched)
        rows = self.ordered(rows)
        if self.query.get(FORMAT) in ("csv", "xlsx"):
            return self.export(rows, self.query[FORMAT])
        return self.show(rows)

    # Filters and order

    def make_filterset(self):
        """The filters, bound to the query string; what cannot be used is left out, with words."""
        if self.filterset_class is None:
            return None
        filterset = self.filterset_class(self.query, queryset=self.all_rows, request=self.request)
        if not filterset.form.is_valid():
            self.problems.append(_("A filter in this address cannot be used and was left out."))
        return filterset

    def chips(self):
        """One per active filter: what it says, and the list without it."""
        found = []
        if self.filterset is not None:
            for name, value in self.filterset.form.cleaned_data.items():
                if value not in (None, "", [], ()) and not is_empty(value):
                    bound = self.filterset.form[name]
                    label = f"{bound.label}: {shown(bound.field, value)}"
                    found.append({"label": label, "url": self.url_without(name, PAGE)})
        if self.searched:
            label = _("Search: %(text)s") % {"text": self.searched}
            found.append({"label": label, "url": self.url_without(searches.NUMBER, PAGE)})
        return found

    def order_key(self):
        """(key, whether reversed) of the order that was asked for."""
        asked = self.query.get(ORDER, "")
        key, down = asked.removeprefix("-"), asked.startswith("-")
        if key in self.orderings:
            return key, down
        if asked:
            self.problems.append(_("This order does not exist. You see the usual one."))
        return next(iter(self.orderings)), False

    def ordered(self, rows):
        """Rows in the order that was asked for, the key last."""
        self.order, self.is_down = self.order_key()
        names = self.orderings[self.order]
        names = [reversed_order(name) for name in names] if self.is_down else list(names)
        return rows.order_by(*names, "pk")

    # Page

    def show(self, rows):
        """The page, or only its rows for htmx."""
        size = self.size()
        # First the keys of the page, then its rows: sorting ten thousand keys is ten times
        # as fast as sorting ten thousand rows with all that is joined to them.
        paginator = Paginator(rows.values_list("pk", flat=True), size)
        page = paginator.get_page(self.page_number(paginator))
        keys = list(page.object_list)
        objects = list(rows.filter(pk__in=keys)) if keys else []
        if self.for_page is not None:
            objects = self.for_page(objects) or objects
        page.object_list = objects
        log_list(self.request, self.subjects(objects), self.what)
        chips = self.chips()
        total = self.all_rows.count() if chips else paginator.count
        context = {
            "title": self.title,
            "breadcrumb": self.breadcrumb,
            "columns": self.columns,
            "heads": [self.head(column) for column in self.columns],
            "rows": [self.row(item) for item in objects],
            "page": page,
            "sizes": [self.size_link(number, size) for number in SIZES],
            "page_query": self.text_without(PAGE),
            "filter_form": self.filterset.form if self.filterset is not None else None,
            "active_filters": len(chips),
            "chips": chips,
            "clear_url": self.address(self.kept(ORDER, SIZE)),
            "count_text": self.count_text(paginator.count, total),
            "problems": self.problems,
            "empty": self.empty,
            "has_filters": bool(chips),
            "actions": self.actions,
            "has_search": self.search is not None,
            "search_text": self.searched,
            "search_url": self.address(self.query),
            "csv_url": self.url_with(FORMAT, "csv"),
            "xlsx_url": self.url_with(FORMAT, "xlsx"),
            "print_url": self.url_with(PRINT, "1"),
            "is_print": self.is_print,
            "rows_template": self.rows_template,
        }
        is_fragment = self.request.htmx and self.request.htmx.target == "rows"
        template = self.rows_template if is_fragment else self.template
        response = render(self.request, template, context | self.context)
        response.headers["Vary"] = "HX-Request"
        return response

    @property
    def is_print(self):
        """Whether this is the view for paper: no filters, no pages."""
        return self.query.get(PRINT) == "1"

    def size(self):
        """Rows per page; on paper as many as fit a meeting."""
        if self.is_print:
            return ON_PAPER
        asked = self.query.get(SIZE, "")
        if asked in map(str, SIZES):
            return int(asked)
        if asked:
            self.problems.append(_("Choose 25, 50 or 100 rows per page."))
        return SIZES[0]

    def page_number(self, paginator):
        """The page that was asked for, or the nearest one, with words."""
        asked = self.query.get(PAGE, "")
        if not asked:
            return 1
        is_number = asked.isascii() and asked.isdigit() and len(asked) <= 7
        number = int(asked) if is_number else 0
        if 1 <= number <= paginator.num_pages:
            return number
        nearest = paginator.num_pages if number > 1 else 1
        self.problems.append(
            _("This page does not exist. You see page %(number)s.") % {"number": nearest}
        )
        return nearest

    def count_text(self, number, total):
        """ "34 requests", "7 of 34 requests", "more than 1,000 requests"."""
        one, many = self.noun or (
            self.all_rows.model._meta.verbose_name,
            self.all_rows.model._meta.verbose_name_plural,
        )
        words = {"noun": one if total == 1 else many}
        words["total"] = _("more than 1,000") if total > MANY else str(total)
        if number == total:
            return _("%(total)s %(noun)s") % words
        words["number"] = _("more than 1,000") if number > MANY else str(number)
        return _("%(number)s of %(total)s %(noun)s") % words

    def head(self, column):
        """Head of a column: words, the link that sorts, and how it is sorted now."""
        head = {
            "label": column.label,
            "numeric": column.kind in ("number", "money"),
            "url": "",
            "direction": "",
        }
        if column.order in self.orderings:
            is_current = column.order == self.order
            turn = is_current and not self.is_down
            head["url"] = self.url_with(ORDER, f"-{column.order}" if turn else column.order)
            if is_current:
                starts_down = str(self.orderings[self.order][0]).startswith("-")
                down = self.is_down != starts_down
                head["direction"] = "descending" if down else "ascending"
        return head

    def row(self, item):
        """A row as the template draws it: its address and its cells."""
        url = self.row_url(item) if self.row_url else ""
        if not self.row_url and hasattr(item, "get_absolute_url"):
            url = item.get_absolute_url()
        cells = [
            {
                "html": column.cell(item) if column.cell else cell_html(column, item),
                "attributes": attributes,
            }
            for column, attributes in self.attributes
        ]
        return {"object": item, "url": url, "cells": cells}

    @cached_property
    def attributes(self):
        """(column, attributes of its cells): the same for every row, so worked out once."""
        return [(column, cell_attributes(column)) for column in self.columns]

    def subjects(self, objects):
        """Keys of the pupils in these rows, for the read log."""
        if self.subject is None:
            return []
        get = self.subject if callable(self.subject) else lambda row: getattr(row, self.subject)
        return [key for key in map(get, objects) if key]

    # Export

    def export(self, rows, kind):
        """The whole list as a file: same filter, order, columns and rights."""
        subjects = []

        def watched():
            for row in rows.iterator(chunk_size=1000):
                subjects.extend(self.subjects([row]))
                yield row

        if kind == "csv":
            content, mime = to_csv(self.columns, watched()), "text/csv; charset=utf-8"
        else:
            content = to_xlsx(self.columns, watched(), self.about())
            mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        log_list(self.request, subjects, self.what, action="export")
        name = f"{slugify(str(self.title)) or 'lijst'}-{today():%Y%m%d}.{kind}"
        response = HttpResponse(content, content_type=mime)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def about(self):
        """The first sheet: where these rows come from."""
        chips = "; ".join(chip["label"] for chip in self.chips())
        return {
            _("List"): self.title,
            _("Source"): "OJA",
            _("Filter"): chips or _("none"),
            _("Reference date"): today().strftime("%d-%m-%Y"),
            _("Made by"): self.request.actor.label,
        } | self.own_about

    # Addresses

    def kept(self, *names):
        """A query string with only these parameters."""
        query = self.query.copy()
        for name in list(query):
            if name not in names:
                query.pop(name)
        return query

    def text_without(self, *names):
        """The query string without some parameters."""
        query = self.query.copy()
        for name in (*names, FORMAT, PRINT):
            query.pop(name, None)
        return query.urlencode()

    def address(self, query):
        """This list with another query string."""
        text = query.urlencode() if hasattr(query, "urlencode") else query
        return f"{self.request.path}?{text}" if text else self.request.path

    def url_without(self, *names):
        """The address of this list without some parameters."""
        return self.address(self.text_without(*names))

    def url_with(self, name, value):
        """The address of this list with one parameter set, from the first page."""
        query = self.query.copy()
        for other in (PAGE, FORMAT, PRINT):
            query.pop(other, None)
        query[name] = value
        return self.address(query)

    def size_link(self, number, current):
        """A choice of rows per page."""
        url = self.url_with(SIZE, str(number))
        return {"label": str(number), "url": url, "current": number == current}
