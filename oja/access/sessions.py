"""Sessions that are stored under a hash: who can read the table cannot step into a session.

The table has no row security, since a session is found before anybody is known.
"""

import hashlib

from django.contrib.sessions.backends import db
from django.utils import timezone


def stored(key: str) -> str:
    """The key of a cookie as it stands in the table: 40 characters, and no way back."""
    return hashlib.blake2b(key.encode(), digest_size=20).hexdigest()


class SessionStore(db.SessionStore):
    """Django's sessions in the database, with the key of the cookie known to its holder only."""

    def _get_session_from_db(self):
        rows = self.model.objects.filter(
            session_key=stored(self.session_key), expire_date__gt=timezone.now()
        )
        row = rows.first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key):
        """Whether the key of a cookie is taken; see Django."""
        return super().exists(stored(session_key))

    def create_model_instance(self, data):
        """The row to store; see Django."""
        row = super().create_model_instance(data)
        row.session_key = stored(row.session_key)
        return row

    def delete(self, session_key=None):
        """End a session; see Django."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(stored(key))
