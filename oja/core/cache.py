"""The cache in the database, read without trust.

Django keeps pickles there, and reading a pickle can run a program. Whoever might write to the
table through a hole in the application must not get that: only plain values are read.
"""

import base64
import io
import pickle

from django.core.cache.backends.db import DatabaseCache
from django.db import connection


class PlainValues(pickle.Unpickler):
    """Reads numbers, text, lists and dictionaries. Anything that names a class or function raises
    UnpicklingError."""

    def find_class(self, module: str, name: str) -> None:
        """Refuse: here a pickle would get at code."""
        raise pickle.UnpicklingError(f"the cache holds no {module}.{name}")


class PlainDatabaseCache(DatabaseCache):
    """Counters of attempts, kept for all processes together in the table `oja_cache`."""

    def get_many(self, keys, version=None):
        """The values that have not expired, by key; see Django."""
        names = {self.make_and_validate_key(key, version=version): key for key in keys}
        if not names:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT cache_key, value FROM oja_cache"
                " WHERE expires >= statement_timestamp() AND cache_key = ANY (%s)",
                [list(names)],
            )
            rows = cursor.fetchall()
        return {
            names[key]: PlainValues(io.BytesIO(base64.b64decode(value))).load()
            for key, value in rows
        }
