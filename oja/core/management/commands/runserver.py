"""Django's server for developers, as the role that serves."""

from whitenoise.runserver_nostatic.management.commands import runserver


class Command(runserver.Command):
    """Leaves out one question: the role that serves may not read which migrations there were, and
    `manage.py` has applied them before this command starts."""

    def check_migrations(self) -> None:
        """Nothing to say here; see Django."""
