"""Groups: whether a pupil may take part on a day, how minutes are split, and what a group costs.

A group makes others present at help: everyone who decides has to agree to that (Jeugdwet 7.3.13).
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from oja.core.money import share
from oja.core.workflow import Refusal
from support import facts
from support.consent_rules import Outcome
from support.models import Purpose, TrajectoryState
from support.workflow.refusals import consent_disputed, consent_missing, to
from support.workflow.trajectory import help_refusal

RUNNING = (TrajectoryState.ACTIVE, TrajectoryState.PAUSED)
#: Estimates with which a group is compared with individual help: hours per session of one pupil
#: alone (with what is done around it), and hours of preparation per session of a group.
HOURS_ALONE = 1.25
PREPARATION_HOURS = 1.0
#: Of so many participants it is assumed that they would have had individual help otherwise.
REPLACED = 0.6


def others_refusal(actor, row, on):
    """Why others may not be present on a day at the help of a trajectory, or None."""
    state = facts.consent_state(actor, row, Purpose.OTHERS_PRESENT, on)
    if state.is_complete:
        return None
    url = to("trajectory-consent", row.pk)
    if state.is_disputed:
        return consent_disputed(state, who=_("Manager of the provider"), url=url)
    return consent_missing(state, url=url)


def joining_refusals(actor, row, group, on, *, is_invitation=False):
    """Why a trajectory cannot join a group on a day. An invitation waits for the others' yes."""
    found = []
    if row.is_closed:
        found.append(Refusal(_("This trajectory is closed. You can add something, not change it")))
    if row.site_id != group.site_id:
        found.append(Refusal(_("This group is at another school")))
    if group.free < 1:
        found.append(Refusal(_("There is no place free in this group")))
    found.append(help_refusal(actor, row, on, is_running=row.state in RUNNING))
    if not is_invitation:
        found.append(others_refusal(actor, row, on))
    return [refusal for refusal in found if refusal is not None]


def presence_refusal(actor, row, on):
    """Why a pupil cannot be marked at a session on a day, or None."""
    who = row.regisseur_name
    if row.is_closed:
        return Refusal(_("This trajectory is closed. You can add something, not change it"))
    if row.state not in RUNNING:
        return Refusal(_("Help has not started yet. Start it first"), who=who)
    if on < row.started_on:
        return Refusal(_("On that day help had not started yet"), who=who, since=row.started_on)
    return help_refusal(actor, row, on, is_running=True) or others_refusal(actor, row, on)


def is_refused(actor, row, on):
    """Whether somebody said no to others being present."""
    state = facts.consent_state(actor, row, Purpose.OTHERS_PRESENT, on)
    return state.outcome is Outcome.DISPUTED


def split_minutes(minutes, workers, present):
    """The minutes of all workers together, split over those present so that the sum is exact.

    What cannot be split evenly goes to the first ones, a minute each. Empty when nobody was there.
    """
    return share(minutes * workers, [1] * present) if present else []


@dataclass(frozen=True)
class Comparison:
    """An estimate: the hours of a group beside the same help to each pupil alone."""

    group_hours: float
    hours_alone: float
    pupils: int

    @property
    def break_even(self):
        """From how many pupils on the group takes fewer hours than individual help."""
        return self.group_hours / self.hours_alone

    @property
    def saved_hours(self):
        """Hours that the group saves; negative when it takes more."""
        return self.hours_alone * self.pupils - self.group_hours

    @property
    def replaced_hours(self):
        """Hours of individual help that the group takes the place of."""
        return self.hours_alone * self.pupils * REPLACED

    def cost(self, cents_per_hour):
        """Cents for the whole group: all sessions with their preparation."""
        return round(self.group_hours * cents_per_hour)

    def saving(self, cents_per_hour):
        """Cents that the group saves; negative when it costs more than it replaces."""
        return round((self.replaced_hours - self.group_hours) * cents_per_hour)

    def cost_per_pupil(self, cents_per_hour):
        """Cents for one pupil in the group; None when nobody takes part."""
        if not self.pupils:
            return None
        return round(self.group_hours * cents_per_hour / self.pupils)

    def cost_alone(self, cents_per_hour):
        """Cents for one pupil with as many sessions alone."""
        return round(self.hours_alone * cents_per_hour)


def comparison(*, sessions, minutes, workers, pupils):
    """A group against as many individual sessions: preparation is added, travel is not."""
    hours = minutes / 60
    return Comparison(
        group_hours=sessions * (hours * workers + PREPARATION_HOURS),
        hours_alone=sessions * HOURS_ALONE,
        pupils=pupils,
    )
