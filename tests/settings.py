"""The settings of the house, on a database of the tests' own."""

import os

from oja.core import embedded

if "DATABASE_URL_TEST" not in os.environ:  # workers of xdist inherit it from the first process
    embedded.use("test")
for name, value in {  # for a server of your own: `manage.py database_roles --for-tests`
    "DATABASE_URL_PUBLISH": os.environ["DATABASE_URL_TEST"],
    "SECRET_KEY": "of the tests",
    "OJA_IDENTITY_KEY": "00" * 32,
    "ALLOWED_HOSTS": "localhost",
    "EMAIL_URL": "consolemail://",
    "OJA_HTTPS": "0",
}.items():
    os.environ.setdefault(name, value)
os.environ["OJA_PROCESS"] = "test"

from oja.settings import *  # noqa: F403 - the environment had to be ready first
from oja.settings import TEMPLATES

IDENTITY_KEY = bytes(range(32))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, and nothing to guard
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TEMPLATES[0]["OPTIONS"]["debug"] = True
