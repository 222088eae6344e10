"""Lists and figures: filters, chips, tables, pager, summary list, figure tile."""

from oja.core.templatetags.ui.library import inner, pieces, register, render


@register.simple_tag
def filter_form(form, url="", shown=4, active=0, more_open=False):
    """Filters of a list, as a GET form. See components/filter_form.html."""
    fields = list(form.visible_fields())
    return render(
        "filter_form",
        form=form,
        url=url,
        first=fields[:shown],
        more=fields[shown:],
        active=active,
        more_open=more_open,
    )


@register.simple_block_tag
def chips(content, items=(), count="", clear_url=""):
    """How many rows, and one chip per active filter. See components/chips.html."""
    return render(
        "chips", body=inner(content), items=pieces(items), count=count, clear_url=clear_url
    )


@register.simple_block_tag
def table(content, caption="", stack=True, compact=False, id="", caption_shown=False):
    """A table in a scrolling region; cards on a phone. See components/table.html."""
    return render(
        "table",
        body=content,
        caption=caption,
        stack=stack,
        compact=compact,
        id=id,
        caption_shown=caption_shown,
    )


@register.simple_tag
def sort_header(label, url="", direction="", numeric=False):
    """A sortable column head: a ``th`` with a link. See components/sort_header.html."""
    return render("sort_header", label=label, url=url, direction=direction, numeric=numeric)


@register.simple_tag
def pager(page, query="", sizes=(), note=""):
    """Pages of a list. See components/pager.html."""
    numbers = []
    if page.paginator.num_pages > 1:
        numbers = [
            None if number == page.paginator.ELLIPSIS else number
            for number in page.paginator.get_elided_page_range(
                page.number, on_each_side=2, on_ends=1
            )
        ]
    return render("pager", page=page, numbers=numbers, query=query, sizes=pieces(sizes), note=note)


@register.simple_tag
def summary_list(rows, stacked=False):
    """Label and value in rows; empty values are left out. See components/summary_list.html."""
    filled = [(label, value) for label, value in rows if value not in (None, "", [], ())]
    return render("summary_list", rows=filled, stacked=stacked)


@register.simple_block_tag
def figure_tile(
    content, question="", value="", unit="", compare="", state="final", state_text="", url=""
):
    """A question and its figure; the body is a small chart. See components/figure_tile.html."""
    return render(
        "figure_tile",
        chart=inner(content),
        question=question,
        value=value,
        unit=unit,
        compare=compare,
        state=state,
        state_text=state_text,
        url=url,
    )
