from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Knows no pupil and no organisation."""

    name = "oja.core"
    label = "core"
    verbose_name = _("Foundations")

    def ready(self):
        from oja.core import checks  # noqa: F401  registers the start-up checks
