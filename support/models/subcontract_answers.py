"""What parents, pupil and school say to bought care: agreements, replies by link, school answer.

Each row carries copies of what its reader may know: who answers by link sees its own question and
nothing else, and the school sees what comes, from whom and until when, never why or how much.
"""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import (
    CHANGE,
    CREATE,
    LINK,
    READ,
    Rule,
    ScopedModel,
    ScopedQuerySet,
)
from oja.core.models import BaseModel
from providers.models import Unit
from support.models.consent import AnswerForm, LinkAnswer
from support.models.subcontract import Reason, Subcontract, SubcontractState
from support.models.trajectory import (
    BY_TRIGGER,
    MANAGER_READS,
    WORKER_KEEPS,
    OfTrajectory,
)


def words_key(row, names):
    """A short key of what somebody read: another key, other words."""
    said = "\n".join(str(getattr(row, name)) for name in names)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


#: What a question copies from the proposal for whoever is asked; triggers keep it so.
SAID_TO_FAMILY = (
    *("third_name", "help_kind", "goal", "reason", "volume", "unit", "starts_on", "ends_on"),
)
SAID_TO_SCHOOL = ("third_name", "help_kind", "starts_on", "ends_on")


class AgreementState(models.TextChoices):
    """What one person says to bought care."""

    ASKED = "asked", _("Asked")
    AGREED = "agreed", _("Agreed")
    REFUSED = "refused", _("Said no")
    TALK = "talk", _("Wants to talk first")


class SubcontractAgreement(OfTrajectory, ScopedModel):
    """One question to a parent or the pupil about bought care, and the answer.

    `guardian` is empty for the pupil. An answer never changes: who thinks otherwise later gets a
    new row, and the last answer counts.
    """

    subcontract = models.ForeignKey(Subcontract, models.PROTECT, related_name="agreements")
    guardian = models.ForeignKey(
        "schools.Guardian", models.PROTECT, null=True, blank=True, related_name="+"
    )
    giver_label = models.CharField(_("asked of"), max_length=200)
    state = models.CharField(_("answer"), max_length=8, choices=AgreementState)
    form = models.CharField(_("form"), max_length=8, choices=AnswerForm, default=AnswerForm.LINK)
    asked_on = models.DateField(_("asked on"))
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # No foreign key: the link is the floor of accounts, and not every reader may see it.
    link_id = models.UUIDField(_("link"), null=True, blank=True)
    # Copies for who answers by link.
    pupil_label = models.CharField(_("name of the child"), max_length=100)
    third_name = models.CharField(_("third party"), max_length=200)
    help_kind = models.CharField(_("which help"), max_length=120)
    goal = models.CharField(_("goal"), max_length=200)
    reason = models.CharField(_("why not ourselves"), max_length=16, choices=Reason)
    volume = models.DecimalField(_("volume"), max_digits=7, decimal_places=2)
    unit = models.CharField(_("per"), max_length=8, choices=Unit)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    contact_name = models.CharField(_("whom to ask"), max_length=200)

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (WORKER_KEEPS, MANAGER_READS, Rule(LINK, "id", "link_target"))
        fixed = ("subcontract", "trajectory", "provider", "guardian", "giver_label", "asked_on")
        bound = {"subcontract": ("trajectory", "provider")}
        logs_reads = True

    class Meta:
        verbose_name = _("agreement to bought care")
        verbose_name_plural = _("agreements to bought care")
        ordering = ("created_at",)
        constraints = [
            models.CheckConstraint(
                name="subcontractagreement_answer_has_date",
                condition=Q(state=AgreementState.ASKED, answered_on__isnull=True)
                | (~Q(state=AgreementState.ASKED) & Q(answered_on__isnull=False)),
                violation_error_message=_("An answer has a date, an open question has none."),
            ),
            models.CheckConstraint(
                name="subcontractagreement_answered_after_asked",
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=models.F("asked_on")),
                violation_error_message=_("An answer cannot be older than its question."),
            ),
            models.UniqueConstraint(
                fields=["subcontract", "guardian"],
                condition=Q(state=AgreementState.ASKED),
                nulls_distinct=False,
                name="subcontractagreement_one_open_question",
                violation_error_message=_("This person was asked already."),
            ),
        ]

    def __str__(self):
        return self.giver_label

    @property
    def words_key(self):
        """Which words this person read: the answer brings it back."""
        return words_key(self, SAID_TO_FAMILY)


class SubcontractReply(BaseModel, ScopedModel):
    """What somebody answered by link. A trigger applies it and marks the link as used."""

    agreement = models.ForeignKey(SubcontractAgreement, models.RESTRICT, related_name="replies")
    link = models.OneToOneField(
        "access.OneTimeLink", models.RESTRICT, related_name="subcontract_reply"
    )
    answer = models.CharField(_("answer"), max_length=5, choices=LinkAnswer)
    at = models.DateTimeField(_("moment"))

    class Scope:
        rules = (Rule(LINK, "link", "link", (READ, CREATE)),)
        fixed = ("agreement", "link", "answer", "at")
        own = {"link": "the link itself; its trigger takes the question from it"}
        logs_reads = False

    class Meta:
        verbose_name = _("answer by link to bought care")
        verbose_name_plural = _("answers by link to bought care")

    def __str__(self):
        return self.get_answer_display()


class Answer(models.TextChoices):
    """What the school says to bought care."""

    AGREED = "agreed", _("Agrees")
    REMARK = "remark", _("Agrees, with a remark")
    OBJECTION = "objection", _("Objects")


class SchoolAnswer(OfTrajectory, ScopedModel):
    """The school's answer to bought care: a row without reason and amount.

    `subcontract_state` is a copy by trigger: with it the school sees what came of it. What it is
    asked follows the proposal, by trigger too, until it has answered.
    """

    subcontract = models.OneToOneField(Subcontract, models.PROTECT, related_name="school_answer")
    pupil = models.ForeignKey("schools.Pupil", models.PROTECT, related_name="+")
    pupil_name = models.CharField(_("name"), max_length=260)
    site = models.ForeignKey("schools.SchoolSite", models.PROTECT, related_name="+")
    third_name = models.CharField(_("third party"), max_length=200)
    help_kind = models.CharField(_("which help"), max_length=120)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    subcontract_state = models.CharField(
        _("state"), max_length=12, choices=SubcontractState, editable=False
    )
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    remark = models.TextField(_("remark"), max_length=1000, blank=True)
    asked_on = models.DateField(_("asked on"))
    reminded_on = models.DateField(_("reminded on"), null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    shared_site = models.UUIDField(null=True, editable=False)
    shared_until = models.DateField(null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (
            Rule(
                Role.SCHOOL_COORDINATOR,
                "shared_site",
                "sites",
                (READ, CHANGE),
                until="shared_until",
            ),
            Rule(Role.CARE_WORKER, "trajectory", "caseload", (READ, CREATE, CHANGE)),
            MANAGER_READS,
        )
        fixed = (
            *("subcontract", "trajectory", "provider", "pupil", "pupil_name", "site", "asked_on"),
        )
        bound = {
            "subcontract": ("trajectory", "provider"),
            "trajectory": ("provider", "pupil", "site"),
        }
        own = {"shared_site": BY_TRIGGER}
        logs_reads = True

    class Meta:
        verbose_name = _("answer of the school")
        verbose_name_plural = _("answers of the school")
        ordering = ("asked_on", "pk")
        constraints = [
            models.CheckConstraint(
                name="schoolanswer_answer_has_date",
                condition=Q(answer="", answered_on__isnull=True)
                | (~Q(answer="") & Q(answered_on__isnull=False)),
                violation_error_message=_("An answer has a date, an open question has none."),
            ),
            models.CheckConstraint(
                name="schoolanswer_remark_is_written",
                condition=Q(answer__in=("", Answer.AGREED)) | ~Q(remark=""),
                violation_error_message=_("Write the remark or the objection."),
            ),
        ]
        indexes = [
            # row security of the school
            models.Index(fields=["shared_site"], name="schoolanswer_shared_site"),
        ]

    def __str__(self):
        return self.third_name

    @property
    def words_key(self):
        """Which words the school read: the answer brings it back."""
        return words_key(self, SAID_TO_SCHOOL)
