"""What each role may do: one table. Which rows a role may do it to stands on the models (Scope)."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is in an organisation. One person may hold several."""

    SCHOOL_COORDINATOR = "school_coordinator", _("Care coordinator")
    TEACHER = "teacher", _("Teacher")
    CARE_WORKER = "care_worker", _("Youth care worker")
    PROVIDER_MANAGER = "provider_manager", _("Manager of the provider")
    MUNICIPAL_ADVISER = "municipal_adviser", _("Municipal adviser")
    PARTNERSHIP = "partnership", _("School partnership")
    ADMINISTRATOR = "administrator", _("Administrator")


class Permission(StrEnum):
    """A kind of thing that a person may do: OBJECT_VERB."""

    PAGE_VIEW = "page_view"
    PUPIL_VIEW = "pupil_view"
    PUPIL_CHANGE = "pupil_change"
    REQUEST_VIEW = "request_view"
    REQUEST_CREATE = "request_create"
    REQUEST_DECIDE = "request_decide"
    REQUEST_ASSIGN = "request_assign"
    CONSENT_VIEW = "consent_view"
    CONSENT_RECORD = "consent_record"
    TRAJECTORY_VIEW = "trajectory_view"
    TRAJECTORY_CHANGE = "trajectory_change"
    CONTACT_VIEW = "contact_view"
    CONTACT_RECORD = "contact_record"
    AGREEMENT_VIEW = "agreement_view"
    ATTENDANCE_VIEW = "attendance_view"
    ATTENDANCE_RECORD = "attendance_record"
    GROUP_VIEW = "group_view"
    GROUP_RECORD = "group_record"
    SUBCONTRACT_VIEW = "subcontract_view"
    SUBCONTRACT_PROPOSE = "subcontract_propose"
    SUBCONTRACT_ANSWER = "subcontract_answer"
    SUBCONTRACT_APPROVE = "subcontract_approve"
    INVOICE_APPROVE = "invoice_approve"
    BUDGET_VIEW = "budget_view"
    BUDGET_CHANGE = "budget_change"
    SURVEY_INVITE = "survey_invite"
    SURVEY_VIEW = "survey_view"
    FIGURES_LIVE = "figures_live"
    FIGURES_VIEW = "figures_view"
    MEETING_VIEW = "meeting_view"
    MEETING_CHANGE = "meeting_change"
    ACCOUNTS_CHANGE = "accounts_change"
    LINK_ANSWER = "link_answer"


@dataclass(frozen=True)
class RoleInfo:
    """A role in words, the kind of organisation it belongs to, and what it may do."""

    label: Promise
    description: Promise
    organisation: str
    permissions: frozenset[Permission]


P = Permission
ROLES: dict[Role, RoleInfo] = {
    Role.SCHOOL_COORDINATOR: RoleInfo(
        Role.SCHOOL_COORDINATOR.label,
        _("Asks for help for pupils of the own school, and follows what is shared with it."),
        "site",
        frozenset(
            {
                P.PAGE_VIEW,
                P.PUPIL_VIEW,
                P.PUPIL_CHANGE,
                P.REQUEST_VIEW,
                P.REQUEST_CREATE,
                P.REQUEST_DECIDE,
                P.CONSENT_VIEW,
                P.CONSENT_RECORD,
                P.TRAJECTORY_VIEW,
                P.AGREEMENT_VIEW,
                P.FIGURES_LIVE,
                P.ATTENDANCE_VIEW,
                P.ATTENDANCE_RECORD,
                P.GROUP_VIEW,
                P.SUBCONTRACT_VIEW,
                P.SUBCONTRACT_ANSWER,
                P.FIGURES_VIEW,
                P.MEETING_VIEW,
                P.MEETING_CHANGE,
            }
        ),
    ),
    Role.TEACHER: RoleInfo(
        Role.TEACHER.label,
        _("Reads the agreements that were shared with the own class."),
        "site",
        frozenset({P.PAGE_VIEW, P.AGREEMENT_VIEW}),
    ),
    Role.CARE_WORKER: RoleInfo(
        Role.CARE_WORKER.label,
        _("Helps the children and families of the own caseload and keeps their record."),
        "provider",
        frozenset(
            {
                P.PAGE_VIEW,
                P.PUPIL_VIEW,
                P.REQUEST_VIEW,
                P.CONSENT_VIEW,
                P.CONSENT_RECORD,
                P.TRAJECTORY_VIEW,
                P.TRAJECTORY_CHANGE,
                P.CONTACT_VIEW,
                P.CONTACT_RECORD,
                P.GROUP_VIEW,
                P.GROUP_RECORD,
                P.SUBCONTRACT_VIEW,
                P.SUBCONTRACT_PROPOSE,
                P.SURVEY_INVITE,
                P.SURVEY_VIEW,
            }
        ),
    ),
    Role.PROVIDER_MANAGER: RoleInfo(
        Role.PROVIDER_MANAGER.label,
        _("Assigns requests and follows the help of the own provider, without the notes of care."),
        "provider",
        frozenset(
            {
                P.PAGE_VIEW,
                P.PUPIL_VIEW,
                P.REQUEST_VIEW,
                P.REQUEST_ASSIGN,
                P.CONSENT_VIEW,
                P.TRAJECTORY_VIEW,
                P.TRAJECTORY_CHANGE,
                P.CONTACT_VIEW,
                P.FIGURES_LIVE,
                P.GROUP_VIEW,
                P.SUBCONTRACT_VIEW,
                P.SUBCONTRACT_APPROVE,
                P.INVOICE_APPROVE,
                P.BUDGET_VIEW,
                P.BUDGET_CHANGE,
                P.SURVEY_INVITE,
                P.SURVEY_VIEW,
                P.FIGURES_VIEW,
                P.MEETING_VIEW,
                P.MEETING_CHANGE,
            }
        ),
    ),
    Role.MUNICIPAL_ADVISER: RoleInfo(
        Role.MUNICIPAL_ADVISER.label,
        _("Reads the published figures of the arrangement, never a person."),
        "municipality",
        frozenset({P.PAGE_VIEW, P.FIGURES_VIEW, P.MEETING_VIEW, P.MEETING_CHANGE}),
    ),
    Role.PARTNERSHIP: RoleInfo(
        Role.PARTNERSHIP.label,
        _("Reads the published figures of the own area, never a person."),
        "partnership",
        frozenset({P.PAGE_VIEW, P.FIGURES_VIEW, P.MEETING_VIEW}),
    ),
    Role.ADMINISTRATOR: RoleInfo(
        Role.ADMINISTRATOR.label,
        _("Keeps accounts, arrangements and code lists, and sees no child."),
        "platform",
        frozenset({P.PAGE_VIEW, P.ACCOUNTS_CHANGE}),
    ),
}
LINK_PERMISSIONS = frozenset({P.LINK_ANSWER})

#: Roles whose holder sees children: never together with the municipal adviser.
SEES_CHILDREN = frozenset(
    {Role.SCHOOL_COORDINATOR, Role.TEACHER, Role.CARE_WORKER, Role.PROVIDER_MANAGER}
)
