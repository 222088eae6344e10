"""From a key in an address to a row: visible or 404, and logged."""

from django.http import Http404

from oja.access.readlog import log_list, log_read
from oja.access.refusals import note_refusal
from oja.access.scoping import scope_of

__all__ = ["get_visible_or_404", "log_list", "subjects_of"]


def get_visible_or_404(request, model, pk, *, rows=None, action="read"):
    """The row, if the actor may see it; the reading is logged before anything is shown.

    `rows` is a queryset of the model with the joins of the page (`for_detail()`), to which
    `visible_to` is applied here. A row that is not there and a row of others give the same 404,
    and that is logged too.
    """
    queryset = model.objects.all() if rows is None else rows
    if not queryset.is_asked:
        queryset = queryset.visible_to(request.actor)
    row = queryset.filter(pk=pk).first()
    if row is None:
        note_refusal(
            request,
            action=action,
            result="not_found",
            object_type=model._meta.label,
            object_id=pk,
        )
        raise Http404
    if scope_of(model).logs_reads:
        log_read(
            request,
            object_type=model._meta.label,
            object_id=row.pk,
            subjects=subjects_of(row),
            action=action,
        )
    return row


def subjects_of(row) -> list:
    """The pupil whose row it is: the row itself or its `pupil`."""
    if row._meta.object_name == "Pupil":
        return [row.pk]
    pupil = getattr(row, "pupil_id", None)
    return [pupil] if pupil else []
