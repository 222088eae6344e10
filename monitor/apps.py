"""The floor of figures: registers its pages, its homes and its start-up check."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitorConfig(AppConfig):
    """Figures: live ones for the own organisation, published ones for everybody else."""

    name = "monitor"
    verbose_name = _("Figures")

    def ready(self):
        """Check every definition at start-up and lend the pages to the floors below."""
        from monitor import checks  # noqa: F401 registers itself when it is imported
        from monitor.navigation import register

        register()
