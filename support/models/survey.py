"""Satisfaction: who was invited, and answers that belong to nobody.

An invitation and an answer have no column, moment or place in common. What somebody fills in is
sealed with a key that the database does not have; answers are unsealed five at a time, so that an
answer that can be read always stands among at least four others.
"""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oja.access.scoping import CHANGE, CREATE, DELETE, LINK, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel
from support.models.trajectory import MANAGER_KEEPS, OF_TRAJECTORY, WORKER_KEEPS, OfTrajectory

REMARK_LENGTH = 500


class Informant(models.TextChoices):
    """Who answers: each has questions of its own."""

    PARENT = "parent", _("Parent")
    PUPIL = "pupil", _("Pupil from 12")
    CHILD = "child", _("Child of 6 to 11")


class SurveyInvitationQuerySet(ScopedQuerySet):
    """Reads of invitations; always after `visible_to`."""

    def for_list(self):
        """Newest first, with the name of the child."""
        return self.select_related("trajectory").order_by("-asked_on", "pk")


class SurveyInvitation(OfTrajectory, ScopedModel):
    """That somebody was given a link. Whether that person answered is written nowhere."""

    arrangement = models.ForeignKey(
        "providers.Arrangement", models.PROTECT, related_name="+", verbose_name=_("arrangement")
    )
    half_year = models.CharField(_("half-year"), max_length=6)
    informant = models.CharField(_("who is asked"), max_length=8, choices=Informant)
    guardian = models.ForeignKey(
        "schools.Guardian",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("guardian"),
    )
    giver_label = models.CharField(_("name"), max_length=200)
    asked_on = models.DateField(_("invited on"))
    # The first day on which the link no longer works; a second sending moves it once.
    expires_on = models.DateField(_("link works until"))
    resent_on = models.DateField(_("sent again on"), null=True, blank=True)
    # Set by the function that makes the link, and never back: one invitation, one link.
    has_link = models.BooleanField(default=False, editable=False)

    objects = SurveyInvitationQuerySet.as_manager()

    class Scope:
        rules = (WORKER_KEEPS, MANAGER_KEEPS)
        fixed = ("trajectory", "provider", "arrangement", "half_year", "informant", "guardian")
        bound = OF_TRAJECTORY
        logs_reads = False

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-asked_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["trajectory", "half_year", "informant", "guardian"],
                nulls_distinct=False,
                name="surveyinvitation_once_per_half_year",
                violation_error_message=_("This person was invited already this half-year."),
            ),
            models.CheckConstraint(
                name="surveyinvitation_guardian_is_a_parent",
                condition=Q(informant=Informant.PARENT) | Q(guardian__isnull=True),
                violation_error_message=_("Only a parent answers as a parent."),
            ),
            models.CheckConstraint(
                name="surveyinvitation_link_lasts",
                condition=Q(expires_on__gt=F("asked_on"))
                & (Q(resent_on__isnull=True) | Q(resent_on__gte=F("asked_on"))),
                violation_error_message=_("A link works for some time."),
            ),
        ]
        indexes = [
            # response per organisation
            models.Index(
                fields=["provider", "half_year", "informant"], name="surveyinvitation_response"
            ),
        ]

    def __str__(self):
        return self.giver_label


class SurveyRound(BaseModel, ScopedModel):
    """What all answers of one kind have in common: whose help, in which half-year, by whom.

    A link points at its round, so it holds nothing of the child.
    """

    provider = models.ForeignKey("providers.Provider", models.PROTECT, related_name="+")
    arrangement = models.ForeignKey("providers.Arrangement", models.PROTECT, related_name="+")
    half_year = models.CharField(_("half-year"), max_length=6)
    informant = models.CharField(_("who is asked"), max_length=8, choices=Informant)

    class Scope:
        rules = (Rule(LINK, "id", "link_target"),)
        fixed = ("provider", "arrangement", "half_year", "informant")
        logs_reads = False

    class Meta:
        verbose_name = _("survey round")
        verbose_name_plural = _("survey rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "arrangement", "half_year", "informant"],
                name="surveyround_once",
            ),
        ]

    def __str__(self):
        return f"{self.half_year} {self.informant}"


class _WithoutMoment(ScopedModel):
    """Abstract: a random key and no moment at all, not even when the row was made."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class SurveyProgress(_WithoutMoment):
    """How far somebody with a link has come; sealed, and gone after sending."""

    link_id = models.UUIDField(unique=True)
    body = models.BinaryField()

    class Scope:
        rules = (Rule(LINK, "link_id", "link", (READ, CREATE, CHANGE, DELETE)),)
        fixed = ("link_id",)
        own = {"link_id": "the link itself"}
        logs_reads = False

    class Meta:
        verbose_name = _("unfinished survey")
        verbose_name_plural = _("unfinished surveys")

    def __str__(self):
        return "–"


class SealedSheet(_WithoutMoment):
    """An answer that waits for others. Nobody reads it, and the database cannot.

    `body` is the SHA-256 of the text of the answer (which holds a salt), and the sealed text. The
    first part lets the database check later that an answer that is opened is the one that was sent.
    """

    round = models.ForeignKey(SurveyRound, models.PROTECT, related_name="+")
    body = models.BinaryField()

    class Scope:
        rules = ()
        logs_reads = False

    class Meta:
        verbose_name = _("sealed answer")
        verbose_name_plural = _("sealed answers")

    def __str__(self):
        return "–"


def _score():
    return models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )


class AnswerSheet(_WithoutMoment):
    """The answers of somebody, among at least four others. No role reads a sheet.

    Scores run from 1 (no) to 4 (yes, very much); empty is "I do not know".
    """

    round = models.ForeignKey(SurveyRound, models.PROTECT, related_name="+")
    q1 = _score()
    q2 = _score()
    q3 = _score()
    mark = models.PositiveSmallIntegerField(
        _("mark"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    remark = models.TextField(_("remark"), max_length=REMARK_LENGTH, blank=True)

    class Scope:
        rules = ()
        logs_reads = False

    class Meta:
        verbose_name = _("answer sheet")
        verbose_name_plural = _("answer sheets")
        constraints = [
            models.CheckConstraint(
                name="answersheet_scores_in_range",
                condition=(Q(q1__isnull=True) | Q(q1__range=(1, 4)))
                & (Q(q2__isnull=True) | Q(q2__range=(1, 4)))
                & (Q(q3__isnull=True) | Q(q3__range=(1, 4)))
                & (Q(mark__isnull=True) | Q(mark__range=(1, 10))),
                violation_error_message=_("A score runs from 1 to 4, a mark from 1 to 10."),
            ),
        ]

    def __str__(self):
        return "–"
