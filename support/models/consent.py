"""Consent per case, purpose and person; the answer by link; and the treatment relation.

Whether the answers suffice on a day is said by `support.consent_rules` and, in the same words, by
the SQL function `support_consent_state`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CHANGE, CREATE, LINK, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel
from support import consent_rules


class Purpose(models.TextChoices):
    """What is asked. Consent is specific (AVG 4.11): one row answers one purpose of one case."""

    SHARE = "share", _("Sharing between school and provider")
    HELP = "help", _("Help")
    OTHERS_PRESENT = "others_present", _("Others may be present")
    THIRD_PARTY = "third_party", _("Help by another provider")
    SURVEY = "survey", _("Questions about satisfaction")
    DISTRICT_TEAM = "district_team", _("Sharing with the district team")


#: Purposes that the school keeps; the others belong to the provider.
SCHOOL_PURPOSES = (Purpose.SHARE, Purpose.DISTRICT_TEAM)


class Regime(models.TextChoices):
    """Who decides at the pupil's age (Jeugdwet 7.3.4, 7.3.5, 7.3.15)."""

    PARENTS = consent_rules.Regime.PARENTS.value, _("The parents decide")
    PUPIL_AND_PARENTS = (
        consent_rules.Regime.PUPIL_AND_PARENTS.value,
        _("Pupil and parents decide together"),
    )
    PUPIL = consent_rules.Regime.PUPIL.value, _("The pupil decides")


class ConsentState(models.TextChoices):
    """Where one question to one person stands."""

    ASKED = "asked", _("Asked")
    GIVEN = "given", _("Agreed")
    REFUSED = "refused", _("Said no")
    TALK = "talk", _("Wants to talk first")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AnswerForm(models.TextChoices):
    """How the answer came."""

    TALK = "talk", _("In a talk")
    LINK = "link", _("By link")
    LETTER = "letter", _("By letter")


class ConsentQuerySet(ScopedQuerySet):
    """Reads of consent; always after `visible_to`."""

    def standing(self):
        """Without the versions that a correction replaced."""
        return self.filter(superseded_by__isnull=True)

    def of_case(self, request_id, purpose=None):
        """All answers of one request, for one purpose when it is named."""
        rows = self.filter(request_id=request_id)
        return rows if purpose is None else rows.filter(purpose=purpose)

    def for_list(self):
        """In the order in which people answered."""
        return self.order_by("purpose", "created_at", "pk")


class Consent(BaseModel, ScopedModel):
    """One question to one person for one purpose, and the answer. Both versions of a mistake stay.

    `guardian` is empty where the pupil answers. `valid_until` and `withdrawn_on` are the first day
    on which the consent no longer holds.
    """

    pupil = models.ForeignKey(
        "schools.Pupil", models.PROTECT, related_name="consents", verbose_name=_("pupil")
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    request = models.ForeignKey(
        "support.SupportRequest",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("request"),
    )
    trajectory = models.ForeignKey(
        "support.Trajectory",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("trajectory"),
    )
    guardian = models.ForeignKey(
        "schools.Guardian",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("guardian"),
    )
    # The first name of the child: who answers by link sees this row and nothing else of the child.
    pupil_label = models.CharField(_("name of the child"), max_length=100, blank=True)
    giver_label = models.CharField(_("asked of"), max_length=200)
    regime = models.CharField(_("who decides"), max_length=20, choices=Regime)
    state = models.CharField(_("answer"), max_length=12, choices=ConsentState)
    form = models.CharField(_("form"), max_length=8, choices=AnswerForm, default=AnswerForm.TALK)
    asked_on = models.DateField(_("asked on"), null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    superseded_by = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="supersedes"
    )
    # No foreign key: the link is the floor of accounts, and not every reader may see it.
    link_id = models.UUIDField(_("link"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    site = models.ForeignKey("schools.SchoolSite", models.PROTECT, related_name="+")
    provider = models.ForeignKey(
        "providers.Provider", models.PROTECT, null=True, blank=True, related_name="+"
    )
    school_site = models.GeneratedField(
        expression=Case(When(purpose__in=SCHOOL_PURPOSES, then=F("site")), default=None),
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )
    care_provider = models.GeneratedField(
        expression=Case(When(trajectory__isnull=False, then=F("provider")), default=None),
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )

    objects = ConsentQuerySet.as_manager()

    class Scope:
        rules = (
            Rule(Role.SCHOOL_COORDINATOR, "school_site", "sites", (READ, CREATE, CHANGE)),
            Rule(Role.CARE_WORKER, "trajectory", "caseload", (READ, CREATE, CHANGE)),
            Rule(Role.PROVIDER_MANAGER, "care_provider", "providers"),
            Rule(LINK, "id", "link_target"),
        )
        fixed = ("pupil", "purpose", "request", "guardian", "site")
        bound = {
            "request": ("site", "pupil"),
            "trajectory": ("provider",),
            "guardian": ("pupil",),
        }
        own = {
            "school_site": "computed from the row; its site is tied to the request",
            "care_provider": "computed from the row; its provider is tied to the trajectory",
        }
        logs_reads = True

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ("created_at",)
        constraints = [
            models.CheckConstraint(
                name="consent_answer_has_date",
                condition=Q(state=ConsentState.ASKED, answered_on__isnull=True)
                | (~Q(state=ConsentState.ASKED) & Q(answered_on__isnull=False)),
                violation_error_message=_("An answer has a date, an open question has none."),
            ),
            models.CheckConstraint(
                name="consent_question_has_date",
                condition=~Q(state=ConsentState.ASKED) | Q(asked_on__isnull=False),
                violation_error_message=_("A question has a date."),
            ),
            models.CheckConstraint(
                name="consent_withdrawn_has_date",
                condition=Q(
                    state=ConsentState.WITHDRAWN,
                    withdrawn_on__isnull=False,
                    withdrawn_at__isnull=False,
                )
                | (
                    ~Q(state=ConsentState.WITHDRAWN)
                    & Q(
                        withdrawn_on__isnull=True,
                        withdrawn_at__isnull=True,
                        withdrawn_by__isnull=True,
                    )
                ),
                violation_error_message=_("A withdrawal has a date."),
            ),
            models.CheckConstraint(
                name="consent_withdrawn_after_answered",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("answered_on")),
                violation_error_message=_("A consent cannot be withdrawn before it was given."),
            ),
            models.CheckConstraint(
                name="consent_answered_after_asked",
                condition=Q(asked_on__isnull=True)
                | Q(answered_on__isnull=True)
                | Q(answered_on__gte=F("asked_on")),
                violation_error_message=_("An answer cannot be older than its question."),
            ),
            models.CheckConstraint(
                name="consent_does_not_replace_itself",
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("id")),
                violation_error_message=_("A correction is a new row."),
            ),
            # One open question per person: a second link would make two answers possible.
            models.UniqueConstraint(
                fields=["request", "purpose", "guardian"],
                condition=Q(state=ConsentState.ASKED, superseded_by__isnull=True),
                nulls_distinct=False,
                name="consent_one_open_question",
                violation_error_message=_("This person was asked already."),
            ),
        ]
        indexes = [
            # row security of the coordinator
            models.Index(fields=["school_site"], name="consent_school_site"),
            # row security of the manager
            models.Index(fields=["care_provider"], name="consent_care_provider"),
            # the answers of one case, for rules and triggers
            models.Index(fields=["request", "purpose"], name="consent_case"),
        ]

    def __str__(self):
        return f"{self.get_purpose_display()}: {self.giver_label}"

    def as_reply(self):
        """This row as `consent_rules` reads it."""
        return consent_rules.Reply(
            giver=consent_rules.PUPIL if self.guardian_id is None else self.guardian_id,
            state=self.state,
            asked_on=self.asked_on,
            answered_on=self.answered_on,
            withdrawn_on=self.withdrawn_on,
            valid_until=self.valid_until,
            is_superseded=self.superseded_by_id is not None,
            order=(self.created_at, self.pk),
        )


class LinkAnswer(models.TextChoices):
    """Three equal answers, none of them preset."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    TALK = "talk", _("I want to talk first")


class ConsentAnswer(BaseModel, ScopedModel):
    """What somebody answered by link. A trigger applies it and marks the link as used."""

    consent = models.ForeignKey(Consent, models.RESTRICT, related_name="answers")
    link = models.OneToOneField(
        "access.OneTimeLink", models.RESTRICT, related_name="consent_answer"
    )
    answer = models.CharField(_("answer"), max_length=5, choices=LinkAnswer)
    at = models.DateTimeField(_("moment"))

    class Scope:
        rules = (Rule(LINK, "link", "link", (READ, CREATE)),)
        fixed = ("consent", "link", "answer", "at")
        own = {"link": "the link itself; its trigger takes the consent from it"}
        logs_reads = False

    class Meta:
        verbose_name = _("answer by link")
        verbose_name_plural = _("answers by link")

    def __str__(self):
        return self.get_answer_display()


class TreatmentRelation(BaseModel, ScopedModel):
    """That a care worker helps in a trajectory (Jeugdwet 7.3.11): it grants sight of that case.

    Pupil, provider and family are copies from the trajectory, because the functions that say
    whose case is whose may read this table only.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    worker = models.ForeignKey("providers.Worker", models.PROTECT, related_name="relations")
    trajectory = models.ForeignKey("support.Trajectory", models.PROTECT, related_name="relations")
    pupil = models.ForeignKey("schools.Pupil", models.PROTECT, related_name="+")
    provider = models.ForeignKey("providers.Provider", models.PROTECT, related_name="+")
    family = models.ForeignKey(
        "support.Family", models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    ground = models.CharField(_("ground"), max_length=200)

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (
            Rule(Role.PROVIDER_MANAGER, "provider", "providers", (READ, CREATE, CHANGE)),
            Rule(Role.CARE_WORKER, "user", "self"),
        )
        fixed = ("worker", "trajectory", "pupil", "provider")
        bound = {
            "trajectory": ("provider", "pupil"),
            "worker": ("provider",),
        }
        own = {"user": "the account of the worker; a trigger takes it from there"}
        grants = True
        logs_reads = False

    class Meta:
        verbose_name = _("treatment relation")
        verbose_name_plural = _("treatment relations")
        ordering = ("valid_from",)
        constraints = [
            models.CheckConstraint(
                name="treatmentrelation_end_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The end lies after the start."),
            ),
            models.UniqueConstraint(
                fields=["trajectory", "worker"],
                condition=Q(valid_until__isnull=True),
                name="treatmentrelation_once_at_a_time",
                violation_error_message=_("This worker helps in this trajectory already."),
            ),
        ]

    def __str__(self):
        return self.ground
