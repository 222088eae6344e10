from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "support"
    verbose_name = _("Support")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Registers what this floor lends to lower ones, and what moves make true elsewhere.
        from support import actions, sets  # noqa: F401  imported for their registrations
