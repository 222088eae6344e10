from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvidersConfig(AppConfig):
    name = "providers"
    verbose_name = _("Providers")

    def ready(self):
        from providers.payers import payer_of
        from providers.sets import register_sets
        from schools.panels import register_payer

        register_payer(payer_of)
        register_sets()
