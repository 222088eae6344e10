"""One-time links: a way in for one question to somebody without an account.

The code in the address is known to nobody but its holder; the database keeps its SHA-256. The
path is: `open_link` (the address) → `check_birth_date` (where asked) → `request.actor` is that
link, until the session ends.
"""

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass

from django.db import connection

from oja.access import identity
from oja.access.actor import Actor
from oja.access.models import AccessEvent, OneTimeLink
from oja.access.refusals import note_refusal
from oja.core.periods import today

_SESSION = "oja_link"


@dataclass(frozen=True)
class OpenedLink:
    """What is known of a link before anybody has proved to be its addressee.

    state: open, used, revoked, locked (five wrong dates) or expired.
    """

    id: uuid.UUID
    purpose: str
    asks_birth_date: bool
    state: str


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def create_link(
    actor,
    *,
    purpose: str,
    target_id: uuid.UUID,
    expires_on: dt.date,
    check_birth_date: dt.date | None = None,
    subject_label: str = "",
) -> tuple[OneTimeLink, str]:
    """Make a link, and the code for its address, which is given this once only.

    `check_birth_date` is the date that will be asked (None: no date is asked). Earlier links for
    the same question are withdrawn.
    """
    revoke_links(purpose=purpose, target_id=target_id)
    token = secrets.token_urlsafe(32)
    salt = secrets.token_hex(16) if check_birth_date else ""
    link = OneTimeLink(
        token_hash=_sha256(token),
        purpose=purpose,
        target_id=target_id,
        subject_label=subject_label,
        expires_on=expires_on,
        birth_salt=salt,
        birth_hash=_sha256(f"{salt}{check_birth_date:%Y-%m-%d}") if check_birth_date else "",
        created_by_id=actor.user_id,
    )
    link.save(force_insert=True)
    AccessEvent(
        actor_id=actor.user_id,
        actor_label=actor.label,
        what="link_created",
        about_id=link.pk,
        data={"purpose": purpose, "target": str(target_id), "expires_on": str(expires_on)},
    ).save(force_insert=True)
    return link, token


def revoke_links(*, purpose: str, target_id: uuid.UUID) -> int:
    """Withdraw the unanswered links for a question, whoever made them; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT oja.revoke_links(%s, %s)", [purpose, target_id])
        return cursor.fetchone()[0]


def open_link(request, token: str) -> OpenedLink | None:
    """Find the link of a code and keep it in the session, so that the address can be clean.

    None, and a line in the log, for a code that does not exist.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM oja.open_link(%s)", [_sha256(token)])
        row = cursor.fetchone()
    request.session.pop(_SESSION, None)
    if row is None:
        note_refusal(request, action="open_link", result="wrong_code", object_type="OneTimeLink")
        return None
    link = OpenedLink(*row)
    checked = link.state == "open" and not link.asks_birth_date
    request.session[_SESSION] = {
        "id": str(link.id),
        "purpose": link.purpose,
        "asks_birth_date": link.asks_birth_date,
        "checked": checked,
    }
    if link.state != "open":
        note_refusal(
            request,
            action="open_link",
            result=link.state,
            object_type="OneTimeLink",
            object_id=link.id,
        )
    return link


def link_in_session(request) -> dict | None:
    """The link that this session came with: id, purpose, asks_birth_date, checked."""
    return request.session.get(_SESSION)


def check_birth_date(request, birth_date: dt.date) -> str:
    """Compare the date with that of the link in the session: right, wrong or closed.

    Five wrong dates close the link. After "right" the requests of this session act for the link.
    """
    kept = link_in_session(request)
    if kept is None:
        return "closed"
    with connection.cursor() as cursor:
        cursor.execute("SELECT oja.check_link(%s, %s)", [kept["id"], birth_date])
        (result,) = cursor.fetchone()
    if result == "right":
        request.session.cycle_key()
        request.session[_SESSION] = {**kept, "checked": True}
    else:
        note_refusal(
            request,
            action="check_link",
            result=result,
            object_type="OneTimeLink",
            object_id=kept["id"],
        )
    return result


def forget_link(request) -> None:
    """End the visit: for the page after the answer on a shared computer."""
    request.session.pop(_SESSION, None)


def actor_of_session(request) -> Actor | None:
    """The actor for the checked link in the session; None when it is not valid (any more)."""
    kept = link_in_session(request)
    if not kept or not kept["checked"]:
        return None
    identity.set_identity(
        connection, identity.sign("link", kept["id"], *connection.oja_transaction)
    )
    link = OneTimeLink.objects.filter(pk=kept["id"]).first()
    if link is None or not link.is_valid(today()):
        identity.set_identity(connection, "")
        return None
    return Actor.for_link(link)
