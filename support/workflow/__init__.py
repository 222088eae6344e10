"""The processes as tables: REQUEST (hulpvraag), TRAJECTORY (traject), SUBCONTRACT (derdeninzet)."""

from support.workflow.request import REQUEST
from support.workflow.subcontract import SUBCONTRACT
from support.workflow.trajectory import TRAJECTORY

__all__ = ["REQUEST", "SUBCONTRACT", "TRAJECTORY"]
