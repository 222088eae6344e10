"""Models of the providers app, one file per subject."""

from providers.models.arrangement import Arrangement, ParticipatingMunicipality, Participation
from providers.models.provider import Posting, Provider, Weekday, Worker

__all__ = [
    "Arrangement",
    "ParticipatingMunicipality",
    "Participation",
    "Posting",
    "Provider",
    "Weekday",
    "Worker",
]
