"""Bought care in words: states and their colours, the line, the cards, the proposal, the money."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oja.core.charts import Drawing
from oja.core.money import format_euros
from oja.core.periods import age_on
from support import purchases
from support.consent_rules import Regime, Standing
from support.models import Answer, CouldWe, SubcontractState
from support.progress import day, day_full

S = SubcontractState
#: State -> (kind of tag, icon): not yet, busy, waits, done, another way.
TONES = {
    S.PROPOSAL: ("neutral", "circle-dashed"),
    S.ASKED: ("info", "circle-dot"),
    S.APPROVED: ("info", "circle-dot"),
    S.ORDERED: ("info", "circle-dot"),
    S.RUNNING: ("info", "circle-dot"),
    S.ENDED: ("neutral", "circle-dot"),
    S.SETTLED: ("ok", "circle-check"),
    S.REJECTED: ("neutral", "arrow-right"),
    S.WITHDRAWN: ("neutral", "arrow-right"),
}
STEPS = (
    (S.PROPOSAL, gettext_lazy("Proposal"), "proposed_on"),
    (S.ASKED, gettext_lazy("Agreement and answer"), "sent_on"),
    (S.APPROVED, gettext_lazy("Approved"), "approved_on"),
    (S.ORDERED, gettext_lazy("Ordered"), "ordered_on"),
    (S.RUNNING, gettext_lazy("Running"), None),
    (S.ENDED, gettext_lazy("Ended"), "ended_on"),
    (S.SETTLED, gettext_lazy("Settled"), None),
)
ANSWER_TAGS = {
    Answer.AGREED: ("ok", "circle-check"),
    Answer.REMARK: ("ok", "message-square-text"),
    Answer.OBJECTION: ("crit", "circle-x"),
}
#: Review becomes urgent so many days before its date.
REVIEW_BEFORE = 14


class Stand:
    """A state without its order: what the school knows of it."""

    def __init__(self, state):
        self.state = state

    def get_state_display(self):
        """The state in words."""
        return SubcontractState(self.state).label


def state_tag(row):
    """(word, kind, icon) of the tag of an order."""
    kind, icon = TONES.get(row.state, ("neutral", "circle-dot"))
    return row.get_state_display(), kind, icon


def review_is_due(row, on):
    """Running care that should be looked at now or within two weeks."""
    if row.state != S.RUNNING or row.review_on is None:
        return False
    return (row.review_on - on).days <= REVIEW_BEFORE


def title_of(row):
    """Traumabehandeling bij Praktijk De Linde."""
    return _("%(help)s at %(third)s") % {"help": row.help_kind, "third": row.third.name}


def facts_of(row, trajectory, on):
    """Voor Lotte Kamphuis, 10 jaar, De Wissel · voorstel van Bas Wolters, 11 november 2026."""
    age = age_on(trajectory.birth_date, on)
    words = {
        "name": row.pupil_name,
        "age": ngettext("%(age)s year", "%(age)s years", age) % {"age": age},
        "school": row.site.name,
        "who": str(row.proposed_by) if row.proposed_by_id else row.provider.name,
        "day": full(row.proposed_on),
    }
    return _("For %(name)s, %(age)s, %(school)s · proposal of %(who)s, %(day)s") % words


def steps_of(row, answered, asked):
    """The line of an order; what was rejected or withdrawn stops where it stood."""
    order = [state for state, _label, _date in STEPS]
    stopped = row.state in (S.REJECTED, S.WITHDRAWN)
    now = order.index(S.ASKED if stopped else row.state)
    found = []
    for index, (state, label, date) in enumerate(STEPS):
        when = getattr(row, date) if date else None
        note = day(when) if when and index <= now else ""
        if state == S.ASKED and row.state == S.ASKED:
            note = _("%(number)s of %(total)s in") % {"number": answered, "total": asked}
        if state == S.RUNNING and row.review_on:
            note = _("review before %(day)s") % {"day": day(row.review_on)}
        standing = "done" if index < now else ("now" if index == now else "next")
        if index == now and row.state == S.SETTLED:
            standing = "done"
        if stopped and index > now:
            standing = "skipped"
        found.append({"label": label, "state": standing, "note": note})
    return found


def when_words(row):
    """12 sessies, van 1 december 2026 tot en met 31 maart 2027."""
    return _("%(volume)s, from %(start)s until and including %(end)s") % {
        "volume": purchases.volume_words(row.volume, row.unit),
        "start": full(row.starts_on),
        "end": full(row.ends_on),
    }


def full(date):
    """1 december 2026, without the name of the day."""
    return day_full(date).split(" ", 1)[1]


def proposal_rows(row):
    """(label, value) of what was proposed."""
    could = row.get_could_we_display()
    if row.could_we_note:
        could = f"{could}: {row.could_we_note}"
    if row.choice_discussed_on:
        choice = _("Parents know that they may choose another provider · discussed on %(day)s") % {
            "day": full(row.choice_discussed_on)
        }
    else:
        choice = _("Not discussed yet")
    amount = _("%(amount)s (%(rate)s)") % {
        "amount": format_euros(row.ceiling_cents),
        "rate": purchases.rate_words(row.rate_cents, row.unit),
    }
    return [
        (_("Goal from the plan"), row.goal),
        (_("Why not ourselves"), row.get_reason_display()),
        (_("Could we do it"), could if row.could_we in CouldWe.values else ""),
        (_("Volume"), when_words(row)),
        (_("Highest amount"), amount),
        (_("How do we take the help back?"), row.take_back_plan or _("Not needed for this reason")),
        (_("Choice of the parents"), choice),
        (_("Product category"), f"{row.get_jz020_display()} ({row.jz020})"),
        (_("Review before"), full(row.review_on) if row.review_on else ""),
        (_("Beyond the budget because"), row.override_reason),
        (_("Written decision"), row.decision_note),
        (_("Talk with the school on"), full(row.talk_held_on) if row.talk_held_on else ""),
    ]


def filled(rows):
    """Without the lines that say nothing."""
    return [(label, value) for label, value in rows if value]


# --- The three cards ----------------------------------------------------------------------------


def person_of(giver, agreements):
    """One line of the card of the family: who, and what that person said."""
    relation, _comma, name = giver.label.partition(", ")
    last = [each for each in agreements if key_of(each) == giver.key]
    states = {Standing.GIVEN: "given", Standing.REFUSED: "refused"}
    return {
        "name": name or relation or _("Somebody who was not asked"),
        "role": relation if name else "",
        "state": states.get(giver.standing, "open"),
        "text": said(giver, last[-1] if last else None),
    }


def key_of(agreement):
    """How the consent rule names the person of an agreement."""
    return agreement.guardian_id or "pupil"


def said(giver, agreement):
    """akkoord via link, 12 november."""
    if giver.standing == Standing.MISSING:
        return _("not asked yet")
    if giver.standing == Standing.ASKED:
        return _("asked on %(day)s, no answer yet") % {"day": day(giver.since)}
    form = agreement.get_form_display().lower() if agreement else ""
    words = {"form": form, "day": day(giver.since)}
    if giver.standing == Standing.GIVEN:
        return _("agreed %(form)s, %(day)s") % words
    if giver.standing == Standing.REFUSED:
        return _("said no %(form)s, %(day)s") % words
    return _("wants to talk first, %(day)s") % words


#: Whose answers count, by the regime of consent.
PARTIES = {
    Regime.PARENTS: gettext_lazy("Parents"),
    Regime.PUPIL_AND_PARENTS: gettext_lazy("Parents and child"),
    Regime.PUPIL: gettext_lazy("Pupil"),
}


def family_card(state, agreements):
    """The card of parents and pupil: of those who decide on this day."""
    persons = [person_of(giver, agreements) for giver in state.givers]
    total, given = len(persons), len(state.given)
    words = _("%(number)s of %(total)s") % {"number": given, "total": total}
    if state.is_complete:
        tag, look = (_("Agreed"), "ok", "circle-check"), ""
    elif state.refused:
        tag, look = (_("No agreement"), "crit", "circle-x"), "objection"
    else:
        tag, look = (words, "att", "hourglass"), "open"
    notes = [each.note for each in agreements if each.note]
    return {
        "party": PARTIES[state.regime],
        "persons": persons,
        "tag": tag,
        "look": look,
        "comment": notes[-1] if notes else "",
    }


def school_card(row, answer, may_answer):
    """The card of the school: without a row it was not asked."""
    card = {"look": "", "persons": [], "comment": "", "text": ""}
    if answer is None:
        text = (
            _("Nobody was asked.")
            if may_answer
            else _("Not everybody agreed to share with the school, so it is not asked.")
        )
        return card | {"tag": (_("Not asked"), "neutral", "circle-dashed"), "text": text}
    if not answer.answer:
        asked = _("asked on %(day)s") % {"day": day(answer.asked_on)}
        if answer.reminded_on:
            asked = f"{asked}, " + _("reminded on %(day)s") % {"day": day(answer.reminded_on)}
        person = {"name": row.site.name, "role": "", "state": "open", "text": asked}
        return card | {
            "tag": (_("No answer yet"), "att", "hourglass"),
            "look": "open" if may_answer else "",
            "persons": [person],
        }
    kind, icon = ANSWER_TAGS[answer.answer]
    objects = answer.answer == Answer.OBJECTION
    who = str(answer.answered_by) if answer.answered_by_id else row.site.name
    return card | {
        "tag": (_("Objection") if objects else _("Answer"), kind, icon),
        "look": "objection" if objects else "",
        "persons": [
            {
                "name": who,
                "role": row.site.name if answer.answered_by_id else "",
                "state": "refused" if objects else "given",
                "text": f"{answer.get_answer_display().lower()}, {day(answer.answered_on)}",
            }
        ],
        "comment": answer.remark,
    }


def waits_word(row):
    """What an asked order of the list waits for; its columns come from `with_waits`."""
    if row.state != S.ASKED:
        return ""
    if row.has_refusal:
        return _("somebody said no")
    if row.waits_for_family:
        return _("family")
    return _("school") if row.waits_for_school else _("decision")


# --- Money --------------------------------------------------------------------------------------


def money_sentences(effects):
    """What is left of every year after the proposal."""
    found = []
    for effect in effects:
        words = {"year": effect.year, "amount": format_euros(effect.free_after_cents)}
        if effect.budget_id is None:
            found.append(_("For %(year)s there is no budget yet.") % words)
        elif effect.free_after_cents < 0:
            words["amount"] = format_euros(-effect.free_after_cents)
            found.append(_("In %(year)s this is %(amount)s too much.") % words)
        else:
            found.append(_("After this there is %(amount)s left in %(year)s.") % words)
    return found


def money_bar(effect, number=0):
    """The bar of one year: spent, ordered, this proposal, left. None without a budget."""
    if effect.budget_id is None or effect.amount_cents <= 0:
        return None
    parts = (effect.realised_cents, effect.committed_cents, effect.asked_cents)
    whole = max(effect.amount_cents, sum(parts))
    spent, ordered, asked = (format_euros(part) for part in parts)
    drawing = Drawing(
        f"budget-{effect.year}-{number}",
        330,
        96,
        title=_("Budget of %(year)s") % {"year": effect.year},
        description=_("Spent %(spent)s, ordered %(ordered)s, this proposal %(asked)s, of %(total)s")
        % {
            "spent": spent,
            "ordered": ordered,
            "asked": asked,
            "total": format_euros(effect.amount_cents),
        },
    )
    said = _("%(year)s: spent %(amount)s") % {"year": effect.year, "amount": spent}
    drawing.text((0, 14), said)
    drawing.text((330, 14), format_euros(effect.amount_cents), "strong", anchor="end")
    drawing.rect(0, 22, 330, 22, "chart-track")
    at = 0
    for cents, css in zip(parts, ("chart-spent", "chart-ordered", "chart-asked"), strict=True):
        width = max(330 * cents / whole, 3 if cents else 0)
        drawing.rect(min(at, 327), 22, min(width, 330 - at), 22, css)
        at += width
    drawing.text((330, 64), _("ordered %(amount)s") % {"amount": ordered}, anchor="end")
    drawing.text((330, 84), _("this proposal %(amount)s") % {"amount": asked}, "att", anchor="end")
    return drawing.svg()


def conditions(actor, row, state, answer, effects, may_answer, on):
    """What an approval asks, for everybody to see: [guard item]."""
    payment = purchases.payment_of(actor, row, on)
    fits = all(effect.fits for effect in effects) or bool(row.override_reason)
    checks = (
        (
            purchases.agreed_plan(actor, row) is not None,
            _("There is a plan that everybody agreed to"),
        ),
        (payment.is_funded, _("The municipality of the pupil pays")),
        (state.is_complete, _("Everyone who must agree has agreed")),
        (bool(answer and answer.answer) or not may_answer, _("The school has answered")),
        (
            not row.needs_take_back_plan or bool(row.take_back_plan),
            _("The last day and a plan to take the help back are filled in"),
        ),
        (fits, _("It fits in the budget")),
    )
    return [{"met": bool(met), "label": label} for met, label in checks]


def months_of(row, on):
    """(first day as text, words) of the months of an order up to now that may be billed."""
    month = row.starts_on.replace(day=1)
    last = min(row.ended_on or row.ends_on, on)
    found = []
    while month <= last:
        found.append((month.isoformat(), full(month).split(" ", 1)[1]))
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return found[::-1]


def detail_url(row):
    """The page of one order."""
    return reverse("subcontract-detail", args=[row.pk])
