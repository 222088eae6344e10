"""Print the migration operations that guard the rows of models."""

from django.apps import apps
from django.core.management.base import BaseCommand

from oja.access import checks, rowsecurity, scoping


class Command(BaseCommand):
    """`manage.py rowsecurity [app.Model …]`: without names, all that the migrations lack."""

    help = "Print the migration operations that models need for row security."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("models", nargs="*", metavar="app.Model")

    def handle(self, *args, **options):
        guards, sets, opened = checks.migrated()
        if options["models"]:
            chosen = [apps.get_model(label) for label in options["models"]]
        else:
            chosen = [m for m in checks.our_models() if self._lacks(m, guards, opened)]
            for name, registered in scoping.SETS.items():
                if sets.get(name) != registered.sql:
                    self.stdout.write(f'IdentitySet("{name}", sql={registered.sql!r}),')
        for model in chosen:
            if issubclass(model, scoping.ScopedModel):
                self.stdout.write(rowsecurity.as_operation(model) + ",")
            else:
                self.stdout.write(f'OpenTable("{model._meta.label}"),')

    @staticmethod
    def _lacks(model, guards, opened):
        key = (model._meta.app_label, model._meta.model_name)
        if not issubclass(model, scoping.ScopedModel):
            return model._meta.app_label != "access" and key not in opened
        operation = guards.get(key)
        return operation is None or operation.policy(model) != rowsecurity.policy_of_scope(model)
