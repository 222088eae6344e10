"""The signed identity: who acts, told to PostgreSQL so that nobody else can say it.

Kind and subject are signed (HMAC-SHA256) together with the process and the start of the
transaction, so a signature is worthless in any other transaction. `oja.identity_subject` checks
it in SQL with a key that the application's role cannot read.
"""

import hashlib
import hmac

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

APP_ROLE = "oja_app"
SYSTEM_ROLE = "oja_system"
_BLOCK = 64  # bytes in a block of SHA-256

_ASSUME = """
SELECT current_setting('role'), current_setting('oja.identity', true),
       set_config('role', %s, true), set_config('oja.identity', '', true),
       pg_backend_pid(), (extract(epoch FROM transaction_timestamp()) * 1000000)::bigint
"""


def _key() -> bytes:
    return hashlib.sha256(settings.IDENTITY_KEY).digest()


def sign(kind: str, subject, pid: int, started: int) -> str:
    """The identity of a transaction. `started` is its start in microseconds since 1970."""
    message = f"{kind}|{subject}|{pid}|{started}"
    mac = hmac.new(_key(), message.encode(), hashlib.sha256).hexdigest()
    return f"{kind}|{subject}|{mac}"


def assume(connection, actor) -> tuple[str, str]:
    """Give the running transaction the role and identity of the actor.

    Returns what they were before. Raises ImproperlyConfigured when the log-in of this process
    may not become the role.
    """
    role = SYSTEM_ROLE if actor.kind == "system" else APP_ROLE
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ASSUME, [role])
            role_before, identity_before, _, _, pid, started = cursor.fetchone()
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) in ("42501", "22023"):
            raise ImproperlyConfigured(
                f"The database log-in cannot become {role}: run `manage.py database_roles`."
            ) from error
        raise
    connection.oja_transaction = (pid, started)
    tell(connection, actor)
    return role_before, identity_before or ""


def tell(connection, actor) -> None:
    """Tell the transaction, which has its role already, who acts."""
    subject = actor.user_id or actor.link_id
    if subject is not None:
        set_identity(connection, sign(actor.kind, subject, *connection.oja_transaction))


def set_identity(connection, identity: str) -> None:
    """Hand PostgreSQL a signed identity for the rest of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('oja.identity', %s, true)", [identity])


def restore(connection, before: tuple[str, str]) -> None:
    """Put back role and identity after a nested `become`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('oja.identity', %s, true)",
            list(before),
        )


def _padded(byte: int) -> bytes:
    return bytes(b ^ byte for b in _key().ljust(_BLOCK, b"\0"))


def sync_identity_key(connection=None) -> None:
    """Put the key of the settings into the database. Run as the owner, after migrating."""
    if connection is None:
        from django.db import connection as default_connection

        connection = default_connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT inner_pad, outer_pad FROM oja.identity_key")
        if [(bytes(i), bytes(o)) for i, o in cursor.fetchall()] == [(_padded(0x36), _padded(0x5C))]:
            return
        cursor.execute("DELETE FROM oja.identity_key")
        cursor.execute(
            "INSERT INTO oja.identity_key (inner_pad, outer_pad) VALUES (%s, %s)",
            [_padded(0x36), _padded(0x5C)],
        )
