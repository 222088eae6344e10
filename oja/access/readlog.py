"""Who looked at what: written before the answer is sent; refusals after all else was undone."""

import uuid
from collections.abc import Iterable

from django.db import models

from oja.access.actor import become
from oja.access.models import ReadLog


def log_read(
    request,
    *,
    object_type: str,
    object_id: uuid.UUID | None = None,
    subjects: Iterable[uuid.UUID] = (),
    action: str = "read",
    ground: str = "",
    result: str = "ok",
) -> None:
    """Add a line to the read log, in the transaction of the request."""
    _line(
        request,
        object_type=object_type,
        object_id=object_id,
        subjects=sorted(set(subjects)),
        action=action,
        ground=ground,
        result=result,
    ).save(force_insert=True)


def log_list(request, rows, what: str, *, subject: str = "pupil_id", action: str = "list") -> None:
    """One line for a whole list, with the persons concerned in it.

    `rows` are rows (of which `subject` names the person; dots are not needed, "pupil_id"), or
    keys of persons. An empty list is logged too: somebody asked.
    """
    found = []
    for row in rows:
        if isinstance(row, models.Model):
            key = getattr(row, subject, None)
        elif isinstance(row, dict):
            key = row.get(subject)
        else:
            key = row
        if key is not None:
            found.append(key)
    log_read(request, object_type=what, subjects=found, action=action)


def _line(request, **fields) -> ReadLog:
    actor = request.actor
    organisations = {m.organisation_id for m in actor.memberships}
    ground = fields.pop("ground", "")
    if actor.link_id:
        ground = ground or f"link {actor.link_id}"
    return ReadLog(
        user_id=actor.user_id,
        role=" ".join(sorted(actor.roles)),
        # The one organisation for which somebody acts; with several it is in the roles.
        organisation_id=organisations.pop() if len(organisations) == 1 else None,
        ground=ground,
        request_id=getattr(request, "request_id", ""),
        **fields,
    )


_REFUSED = {403: "forbidden", 409: "refused"}


def write_refusals(request, response) -> None:
    """Log what was refused in this request, in a transaction of its own."""
    refusals = getattr(request, "refusals", [])
    if response.status_code in _REFUSED and not refusals:
        match = request.resolver_match
        refusals = [
            {
                "action": request.method.lower(),
                "result": _REFUSED[response.status_code],
                "object_type": (match.view_name if match else "")[:80],
                "object_id": _key_in(match),
            }
        ]
    if not refusals:
        return
    with become(request.actor):
        ReadLog.objects.bulk_create([_line(request, **refusal) for refusal in refusals])


def _key_in(match) -> uuid.UUID | None:
    """The key of the object in the address, if it has one."""
    keys = [v for v in (match.kwargs.values() if match else ()) if isinstance(v, uuid.UUID)]
    return keys[0] if len(keys) == 1 else None
