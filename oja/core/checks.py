"""Start-up checks of the workflows: every move has a label, and a form that asks what it sets."""

from django.apps import apps
from django.core.checks import Error, register
from django.urls import get_resolver


def installed_workflows():
    """The workflows whose model belongs to an installed application, by name."""
    from oja.core.workflow import WORKFLOWS

    installed = set(apps.get_models())
    return [WORKFLOWS[name] for name in sorted(WORKFLOWS) if WORKFLOWS[name].model in installed]


@register()
def check_workflows(app_configs, **kwargs):
    """W001 a move without a label, W002 without a form, W003 with a form for other fields,
    W004 with a state that the model does not know."""
    list(get_resolver().url_patterns)  # views import the forms, and those register themselves
    return [problem for workflow in installed_workflows() for problem in problems_of(workflow)]


def problems_of(workflow):
    """What is wrong with one table, as check messages."""
    from oja.core.workflow import MOVE_FORMS

    known = {value for value, _label in workflow.states()}
    for move in workflow.transitions:
        where = f"{workflow.name}.{move.name}"
        if not str(move.label).strip():
            yield Error(f"{where} has no label.", id="core.W001")
        unknown = {*move.sources, move.target} - known
        if unknown:
            yield Error(f"{where} names unknown states {sorted(unknown)}.", id="core.W004")
        form = MOVE_FORMS.get((workflow.name, move.name))
        if form is None:
            if move.sets:
                yield Error(f"{where} sets {list(move.sets)} and has no form.", id="core.W002")
        elif set(form.base_fields) != set(move.sets):
            yield Error(
                f"{where}: the form asks {sorted(form.base_fields)}, the table sets "
                f"{sorted(move.sets)}.",
                id="core.W003",
            )
