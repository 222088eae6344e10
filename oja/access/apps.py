"""Access: the floor that knows who is who."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Registers the sets, the open tables and the start-up checks of access."""

    name = "oja.access"
    label = "access"
    verbose_name = _("Access")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from oja.access import actor, checks, scoping, signals

        actor.register_sets()
        for model, reason in {
            "access.User": "needed before anybody is known; rows are changed by their owner only",
            "access.Organisation": "names of organisations",
            "access.Membership": "row security of its own: own rows, and administrators",
            "access.OneTimeLink": "row security of its own: the link itself, and who made it",
            "access.ReadLog": "can be added to and never read by the application",
            "access.AccessEvent": "can be added to and never read by the application",
        }.items():
            scoping.open_model(model, reason)
        checks.register_checks()
        signals.connect()
