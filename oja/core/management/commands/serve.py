"""The application server."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

import waitress
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from oja.core.embedded.problem import Problem


class Command(BaseCommand):
    """``manage.py serve``: what production runs too, behind the web server that speaks HTTPS."""

    help = "Serves the application until it is stopped."
    requires_system_checks = ()  # already asked when it was installed; a restart must be quick

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        serve(host, port, when_ready=lambda: self.stdout.write(f"Serving on {host}:{port}"))


def serve(host: str, port: int, *, when_ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; raises Problem when the port is in use."""
    from oja.wsgi import application

    try:
        server = waitress.create_server(
            application,
            host=host,
            port=port,
            threads=settings.SERVER_THREADS,
            ident="",
            clear_untrusted_proxy_headers=not settings.ALLAUTH_TRUSTED_PROXY_COUNT,
        )
    except OSError as error:
        raise Problem(
            f"Port {port} cannot be used ({error.strerror}); choose another with --port."
        ) from error
    when_ready()
    server.run()
    for connection in connections.all():
        connection.close_pool()
