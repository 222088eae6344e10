"""`move_page`: one page for every move of every workflow, with the form that the move has."""

from django.http import Http404
from django.utils.translation import gettext as _

from oja.access.refusals import forbidden
from oja.access.scoping import CHANGE
from oja.core.periods import today
from oja.core.workflow import MOVE_FORMS, MoveRefused, Refusal, move_form
from oja.pages.forms import FormPage, MoveForm
from oja.pages.refused import refused_page

__all__ = ["move_form", "move_page"]


def move_page(
    request,
    workflow,
    row,
    move_name,
    *,
    form_class=None,
    success_url,
    title=None,
    draft_key=None,
    template="pages/move.html",
    context=None,
    form_kwargs=None,
):
    """GET shows the form of a move, POST makes the move.

    Not permitted is 403 with the reason; a guard that is not met, or a race that was lost, is a
    409 page with all conditions. success_url: text, or a function of the row afterwards.
    """
    try:
        transition = workflow.transition(move_name)
    except KeyError:
        raise Http404 from None
    title = title or transition.label
    if not request.actor.may(transition.permission):
        return forbidden(request, _("Your role does not allow this step."))
    if request.method != "POST":
        refusal = _why_not(request, workflow, row, transition, title)
        if refusal is not None:
            return refusal
    form_class = form_class or MOVE_FORMS.get((workflow.name, move_name)) or MoveForm
    extra = dict(form_kwargs or {})
    if issubclass(form_class, MoveForm):
        extra |= {"row": row, "actor": request.actor}

    def save(cleaned):
        values = {name: cleaned[name] for name in transition.sets if name in cleaned}
        version = request.POST.get("_version") or None
        return workflow.perform(row, move_name, request.actor, version=version, **values)

    return FormPage(
        request,
        form_class,
        save=save,
        title=title,
        success_url=success_url,
        draft_key=draft_key or f"{workflow.name}-{move_name}.{row.pk}".lower(),
        submit_label=transition.label,
        template=template,
        form_kwargs=extra,
        done=transition.done,
        context={"row": row, "transition": transition} | (context or {}),
        kind="danger" if transition.kind == "danger" else "primary",
        version=row.version,
    ).respond()


def _why_not(request, workflow, row, transition, title):
    """The page that says why the move cannot be made now, or None when it can."""
    state = getattr(row, workflow.state_field)
    words = {"step": transition.label, "state": workflow.state_label(state)}
    sentence = _("The step “%(step)s” does not belong to the state “%(state)s”.") % words
    other_state = MoveRefused([Refusal(sentence)], row)
    if state not in transition.sources:
        return refused_page(request, other_state, title=title)
    possible = workflow.available(row, request.actor, on=today())
    found = [move for move in possible if move.transition.name == transition.name]
    if not found:
        own = type(row).objects.visible_to(request.actor, CHANGE).filter(pk=row.pk)
        if own.exists():  # a process may offer a step in some cases of a state only
            return refused_page(request, other_state, title=title)
        return forbidden(request, _("You may see this, but not change it."))
    if not found[0].allowed:
        problem = MoveRefused(found[0].refusals, row)
        return refused_page(request, problem, title=title, met=found[0].met)
    return None
