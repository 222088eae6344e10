from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = _("Schools")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Registers what this floor lends to lower ones: sets of rows, navigation.
        from schools import sets  # noqa: F401  imported for its registrations
