"""The application for any WSGI server; `manage.py serve` runs it too."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("OJA_PROCESS", "serve")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oja.settings")

application = get_wsgi_application()
