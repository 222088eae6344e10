"""Models of the providers app, one file per subject."""

from providers.models.arrangement import Arrangement, ParticipatingMunicipality, Participation
from providers.models.contract import RESIDENTIAL, Jz020, ThirdPartyContract, Unit
from providers.models.money import (
    OUTSIDE_SCHOOL,
    Advance,
    BonusMalus,
    Budget,
    BudgetPart,
    CostCategory,
    HourRate,
    Subsidy,
)
from providers.models.offer import GroupOffer, GroupState, GroupWorker
from providers.models.provider import Posting, Provider, Weekday, Worker

__all__ = [
    "OUTSIDE_SCHOOL",
    "RESIDENTIAL",
    "Advance",
    "Arrangement",
    "BonusMalus",
    "Budget",
    "BudgetPart",
    "CostCategory",
    "GroupOffer",
    "GroupState",
    "GroupWorker",
    "HourRate",
    "Jz020",
    "ParticipatingMunicipality",
    "Participation",
    "Posting",
    "Provider",
    "Subsidy",
    "ThirdPartyContract",
    "Unit",
    "Weekday",
    "Worker",
]
