"""A process is a table of transitions, and `perform` is the only place where a state changes.

Order of a move, in one transaction: permission, sight (404), right to change (403), locks,
state, guards, set, validate, save, event, effects. Guards and effects get the row and a Move.
The engine knows no pupil and no role: an actor is anything with `may(permission)`, `user_id`
and `label`, and a row's model has a manager with `visible_to(actor, may=...)`.
"""

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oja.core.constraints import constraint_sentence
from oja.core.models import TransitionEvent
from oja.core.move_values import (
    all_but,
    as_json,
    field_name,
    has_field,
    make_move,
    moment_of,
    refusals_of,
)
from oja.core.transitions import (
    MOVE_FORMS,
    Available,
    Guard,
    Move,
    MoveNotAllowed,
    MoveRefused,
    NotVisible,
    Refusal,
    StateChanged,
    Transition,
    guard,
    move_form,
)

__all__ = [
    "MOVE_FORMS",
    "WORKFLOWS",
    "Available",
    "Move",
    "MoveNotAllowed",
    "MoveRefused",
    "NotVisible",
    "Refusal",
    "StateChanged",
    "Transition",
    "Workflow",
    "guard",
    "hold",
    "move_form",
]

WORKFLOWS: dict[str, "Workflow"] = {}


def hold(name, value):
    """Lock a fact, such as ("pupil_id", uuid), until the end of the transaction.

    An advisory lock: rows that the actor may not change cannot be locked as rows under row
    security. An action that writes what a guard reads takes the same lock as the move.
    """
    hold_all([(name, value)])


def hold_all(facts):
    """Lock facts, in one order for all, so that nobody waits in a ring."""
    keys = sorted(f"oja.{name}:{value}" for name, value in facts)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key",
            [keys],
        )


class Workflow:
    """The table of one process: states of `model`, events in `event_model`."""

    def __init__(self, name, model, state_field, event_model, transitions, event_link=None):
        self.name = name
        self.model = model
        self.state_field = state_field
        self.event_model = event_model
        self.transitions = tuple(transitions)
        self.event_link = event_link or self._find_link()
        self._effects: dict[str, list] = {}
        self._effects_many: dict[str, list] = {}
        names = [transition.name for transition in self.transitions]
        if len(set(names)) != len(names):
            raise ValueError(f"{name}: two moves with one name")
        WORKFLOWS[name] = self

    def _find_link(self):
        links = [
            item.name
            for item in self.event_model._meta.fields
            if item.is_relation and item.remote_field.model is self.model
        ]
        if len(links) != 1:
            raise ValueError(f"{self.event_model.__name__}: which key leads to the row?")
        return links[0]

    # Reading the table

    def transition(self, name):
        """The transition of that name. Raises KeyError when there is none."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise KeyError(name)

    def states(self):
        """(value, label) of every state, in the order of the model's choices."""
        return list(self.model._meta.get_field(self.state_field).flatchoices)

    def state_label(self, state):
        """The word for a state."""
        return str(dict(self.states()).get(state, state))

    def available(self, row, actor, on=None, at=None, may_change=None):
        """Moves that start in the row's state and that the actor may make, with their guards.

        A guard that several moves share is asked once. `may_change` spares one query when the
        caller knows whether the actor may change this row.
        """
        state = getattr(row, self.state_field)
        possible = [
            transition
            for transition in self.transitions
            if state in transition.sources and actor.may(transition.permission)
        ]
        if not possible:
            return []
        if may_change is None:
            may_change = self._changeable(actor).filter(pk=row.pk).exists()
        if not may_change:
            return []
        move = make_move(actor, on, at, {})
        answers: dict[Guard, Refusal | None] = {}
        found = []
        for transition in possible:
            for check in transition.guards:
                if check not in answers:
                    answers[check] = check(row, move)
            refusals = [answers[check] for check in transition.guards if answers[check]]
            met = [check.label for check in transition.guards if not answers[check]]
            found.append(Available(transition, refusals, met))
        return found

    def as_mermaid(self):
        """The table as a state diagram."""
        states = self.states()
        first = self.model._meta.get_field(self.state_field).default
        sources = {source for transition in self.transitions for source in transition.sources}
        lines = ["stateDiagram-v2", *(f"    {value}: {label}" for value, label in states)]
        lines.append(f"    [*] --> {first}")
        for transition in self.transitions:
            lines += [
                f"    {source} --> {transition.target}: {transition.name}"
                for source in transition.sources
            ]
        lines += [f"    {value} --> [*]" for value, _label in states if value not in sources]
        return "\n".join(lines) + "\n"

    # Effects

    def effect(self, name):
        """Decorator: `function(row, move)` runs after this move, inside its transaction."""
        return self._register(self._effects, name)

    def effect_many(self, name):
        """Decorator: `function([(row, move), …])` replaces `effect` in `perform_many`."""
        return self._register(self._effects_many, name)

    def _register(self, registry, name):
        self.transition(name)

        def add(function):
            registry.setdefault(name, []).append(function)
            return function

        return add

    # Moving

    def perform(self, row, move, actor, *, on=None, at=None, version=None, **data):
        """Make one move and return the row as it is afterwards.

        `version` is the `updated_at` (text or moment) that the actor looked at. Raises
        MoveNotAllowed, NotVisible, MoveRefused or StateChanged; ValidationError when a value
        cannot be stored. Nothing is written when it raises.
        """
        transition = self.transition(move)
        step = make_move(actor, on, at, data)
        self._check_data(transition, data)
        self._check_permission(transition, actor)
        with transaction.atomic():
            looked_at = getattr(row, self.state_field)
            row = self._lock(row.pk, actor)
            self._hold(transition, [row])
            self._check_state(row, transition, actor, looked_at, version)
            refusals = refusals_of(transition, row, step)
            if refusals:
                raise MoveRefused(refusals, row)
            before = getattr(row, self.state_field)
            fields = self._set(transition, row, step)
            self._validate(row, fields)
            self._save(row, fields, actor)
            self._event(row, transition, before, step).save(force_insert=True)
            for effect in self._effects.get(transition.name, ()):
                effect(row, step)
        return row

    def perform_many(self, rows, move, actor, *, on_of=None, at_of=None, data_of=None):
        """The bulk sister of `perform`: the same checks over a set, few statements, all or none.

        `on_of`, `at_of` and `data_of` take a row; without `at_of` a past day is dated at noon.
        Raises as `perform`; the refusals are those of every row. Returns the rows.
        """
        transition = self.transition(move)
        self._check_permission(transition, actor)
        given = {row.pk: row for row in rows}
        with transaction.atomic():
            locked = self._lock_many(given, actor)
            self._hold(transition, locked)
            steps = []
            for row in locked:
                original = given[row.pk]
                data = data_of(original) if data_of else {}
                self._check_data(transition, data)
                on = on_of(original) if on_of else None
                at = at_of(original) if at_of else None
                steps.append((row, make_move(actor, on, at, data)))
                self._check_state(row, transition, actor, getattr(original, self.state_field))
            refusals = [each for row, step in steps for each in refusals_of(transition, row, step)]
            if refusals:
                raise MoveRefused(refusals)
            self._write_many(transition, steps)
        return locked

    def _write_many(self, transition, steps):
        events, fields = [], set()
        for row, step in steps:
            before = getattr(row, self.state_field)
            changed = self._set(transition, row, step)
            row.clean_fields(exclude=all_but(self.model, changed))
            fields.update(changed)
            events.append((row, before, step))
        if not steps:
            return
        rows = [row for row, _step in steps]
        actor = steps[0][1].actor
        count = self._changeable(actor).bulk_update(rows, sorted(fields), batch_size=500)
        if count != len(rows):  # an update is silent about rows that row security hides
            raise MoveNotAllowed(_("You may see this, but not change it."))
        self._refresh_copied(rows, actor)
        self.event_model._base_manager.bulk_create(
            [self._event(row, transition, before, step) for row, before, step in events],
            batch_size=500,
        )
        many = self._effects_many.get(transition.name)
        for effect in many or ():
            effect(steps)
        if many is None:
            for effect in self._effects.get(transition.name, ()):
                for row, step in steps:
                    effect(row, step)

    # The steps of a move

    def _check_permission(self, transition, actor):
        if not actor.may(transition.permission):
            raise MoveNotAllowed(
                _("Your role does not allow this step: %(step)s.") % {"step": transition.label}
            )

    def _check_data(self, transition, data):
        unknown = set(data) - set(transition.sets)
        if unknown:
            raise TypeError(f"{self.name}.{transition.name} does not set {sorted(unknown)}")

    def _changeable(self, actor):
        return self.model.objects.visible_to(actor, may="change")

    def _lock(self, pk, actor):
        locked = self._changeable(actor).select_for_update(of=("self",), no_key=True)
        row = locked.filter(pk=pk).first()
        if row is None:
            self._refuse_sight([pk], actor)
        return row

    def _lock_many(self, given, actor):
        query = self._changeable(actor).select_for_update(of=("self",), no_key=True)
        found = {row.pk: row for row in query.filter(pk__in=list(given)).order_by("pk")}
        missing = [pk for pk in given if pk not in found]
        if missing:
            self._refuse_sight(missing, actor)
        return [found[pk] for pk in given]

    def _refuse_sight(self, keys, actor):
        if self.model.objects.visible_to(actor).filter(pk__in=keys).count() < len(keys):
            raise NotVisible
        raise MoveNotAllowed(_("You may see this, but not change it."))

    def _hold(self, transition, rows):
        facts = {(name, getattr(row, name)) for name in transition.locks for row in rows}
        if facts:
            hold_all(facts)

    def _check_state(self, row, transition, actor, looked_at, version=None):
        state = getattr(row, self.state_field)
        changed = version is not None and moment_of(version) != row.updated_at
        if state in transition.sources and not changed:
            return
        url = row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
        words = {"state": self.state_label(state), "step": transition.label}
        if changed or looked_at in transition.sources:
            last = self._last_event(row, actor)
            is_moved = state not in transition.sources
            if is_moved and last is not None and last.to_state == state:
                words["who"] = last.actor_label
                sentence = _("%(who)s was just before you: it is now “%(state)s”.") % words
            else:
                sentence = _("This was changed while you were looking. Check it and try again.")
            raise StateChanged([Refusal(sentence, url=url, url_label=_("See how it is now"))], row)
        sentence = _("The step “%(step)s” does not belong to the state “%(state)s”.") % words
        raise MoveRefused([Refusal(sentence, url=url, url_label=_("See how it is now"))], row)

    def _last_event(self, row, actor):
        events = self.event_model.objects.visible_to(actor).filter(**{self.event_link: row})
        return events.order_by("-created_at").first()

    def _set(self, transition, row, step):
        values = {name: value for name, value in step.data.items() if has_field(self.model, name)}
        for stamp in transition.stamps:
            if has_field(self.model, f"{stamp}_on"):
                values.setdefault(f"{stamp}_on", step.on)
            if has_field(self.model, f"{stamp}_by"):
                values[f"{stamp}_by_id"] = step.actor.user_id
        values[self.state_field] = transition.target
        for name, value in values.items():
            setattr(row, name, value)
        row.updated_at = values["updated_at"] = timezone.now()
        return {self.model._meta.get_field(name).name for name in map(field_name, values)}

    def _validate(self, row, fields):
        row.clean_fields(exclude=all_but(self.model, fields))
        row.validate_constraints(exclude=all_but(self.model, fields))

    def _save(self, row, fields, actor):
        try:
            with transaction.atomic():
                # Raises DatabaseError when no row was updated: an update is silent about it.
                row.save(update_fields=fields)
        except IntegrityError as problem:
            raise MoveRefused([Refusal(constraint_sentence(problem))], row) from None
        self._refresh_copied([row], actor)

    def _refresh_copied(self, rows, actor):
        """What the event copies may be generated, or written by a trigger: read it again."""
        names = [item.attname for item in self._copied()]
        if not names:
            return
        stored = self.model.objects.visible_to(actor).filter(pk__in=[row.pk for row in rows])
        found = {values["pk"]: values for values in stored.values("pk", *names)}
        for row in rows:
            for name in names:
                setattr(row, name, found[row.pk][name])

    def _copied(self):
        """Fields of the event that the row has under the same name: the columns of its scope."""
        own = {item.name for item in TransitionEvent._meta.get_fields()} | {self.event_link}
        return [
            item
            for item in self.event_model._meta.concrete_fields
            if item.name not in own and not item.generated and has_field(self.model, item.name)
        ]

    def _event(self, row, transition, before, step):
        event = self.event_model(
            **{self.event_link: row},
            move=transition.name,
            from_state=before,
            to_state=transition.target,
            on=step.on,
            at=step.at,
            actor_id=step.actor.user_id,
            actor_label=str(step.actor.label),
            note=str(step.data.get("note") or ""),
            data=self._event_data(step.data),
        )
        for item in self._copied():
            setattr(event, item.attname, getattr(row, item.attname))
        return event

    def _event_data(self, data):
        """Values of the row's own fields that are no free text: the event may have more readers."""
        kept = {}
        for name, value in data.items():
            if not has_field(self.model, name):
                continue
            item = self.model._meta.get_field(name)
            is_text = isinstance(item, models.TextField | models.CharField) and not item.choices
            if not is_text:
                kept[name] = as_json(value)
        return kept
