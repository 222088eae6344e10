"""The two processes as tables: REQUEST (hulpvraag) and TRAJECTORY (traject)."""

from support.workflow.request import REQUEST
from support.workflow.trajectory import TRAJECTORY

__all__ = ["REQUEST", "TRAJECTORY"]
