"""Sentences about consent that several guards share: who is missing, since when, what to do."""

from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.core.workflow import Refusal
from support.consent_rules import Standing


def names(givers):
    """Names in one line: "a", "a and b", "a, b and c"; a label says "mother, a" or "a"."""
    labels = [giver.label.partition(", ")[2] or giver.label for giver in givers]
    if len(labels) < 2:
        return "".join(labels)
    return _("%(first)s and %(last)s") % {"first": ", ".join(labels[:-1]), "last": labels[-1]}


def since(givers):
    """The longest wait among these, or None."""
    days = [giver.since for giver in givers if giver.since is not None]
    return min(days) if days else None


def consent_missing(state, *, url, pupil_url=""):
    """Why a consent is not complete, as one Refusal. `state` is a ConsentState."""
    ask = {"url": url, "url_label": _("Ask for consent")}
    if state.has_no_custodian and not state.refused:
        return Refusal(
            _("It is not known who has custody. Record that first"),
            who=_("School"),
            url=pupil_url,
            url_label=_("Record custody"),
        )
    if not state.givers:  # who may not see the family gets no names
        return Refusal(_("Not everyone who must agree has agreed"), **ask)
    if state.withdrawn:
        return Refusal(
            ngettext(
                "%(names)s withdrew the consent",
                "%(names)s have withdrawn the consent",
                len(state.withdrawn),
            )
            % {"names": names(state.withdrawn)},
            who=names(state.withdrawn),
            since=since(state.withdrawn),
            **ask,
        )
    talk = tuple(giver for giver in state.missing if giver.standing is Standing.TALK)
    if talk:
        return Refusal(
            ngettext("%(names)s wants to talk first", "%(names)s want to talk first", len(talk))
            % {"names": names(talk)},
            who=names(talk),
            since=since(talk),
            url=url,
            url_label=_("Record the talk"),
        )
    expired = tuple(giver for giver in state.missing if giver.standing is Standing.EXPIRED)
    if expired:
        return Refusal(
            _("The consent of %(names)s has expired") % {"names": names(expired)},
            who=names(expired),
            since=since(expired),
            **ask,
        )
    return Refusal(
        ngettext(
            "%(names)s has not agreed yet", "%(names)s have not agreed yet", len(state.missing)
        )
        % {"names": names(state.missing)},
        who=names(state.missing),
        since=since(state.missing),
        **ask,
    )


def consent_disputed(state, *, who, url):
    """That somebody who must agree said no: what to do, never a dead end."""
    refused = names(state.refused)
    sentence = (
        _("%(names)s said no. Help cannot start now; talk about what is possible")
        if len(state.givers) == len(state.refused)
        else _("Those who must agree do not agree with each other: %(names)s said no")
    )
    return Refusal(
        sentence % {"names": refused or _("somebody")},
        who=who,
        since=since(state.refused),
        url=url,
        url_label=_("See what you can do now"),
    )


def to(name, *args):
    """The address of a page, looked up when it is shown."""
    return reverse_lazy(name, args=args)
