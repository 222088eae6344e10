"""The demo world; it lends its accounts to the log-in page."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "oja.demo"

    def ready(self):
        from oja.access import demo_accounts
        from oja.demo.accounts import as_shown

        demo_accounts.provide(as_shown)
