"""The free choice of parents and pupil: a wish for another provider, and its answer."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oja.access.scoping import ScopedModel, ScopedQuerySet
from support.models.trajectory import MANAGER_KEEPS, WORKER_KEEPS, OfTrajectory


class ChoiceOutcome(models.TextChoices):
    """What became of the wish for another provider."""

    SUBCONTRACT = "subcontract", _("Help by a third party")
    DISTRICT_TEAM = "district_team", _("On to the district team")
    INDIVIDUAL = "individual_provision", _("Individual provision")
    STAY = "stay", _("They stay with us")


class ChoiceRequest(OfTrajectory, ScopedModel):
    """That parents or pupil want another provider (Jeugdwet 2.3, fourth paragraph).

    It gets an answer before a date and never stops the help that runs.
    """

    pupil = models.ForeignKey("schools.Pupil", models.PROTECT, related_name="+")
    pupil_name = models.CharField(_("name"), max_length=260)
    asked_on = models.DateField(_("asked on"))
    asked_by_label = models.CharField(_("asked by"), max_length=200)
    guardian = models.ForeignKey(
        "schools.Guardian", models.PROTECT, null=True, blank=True, related_name="+"
    )
    wish = models.TextField(_("what they want"), max_length=1000, blank=True)
    answer_due_on = models.DateField(_("answer before"))
    answer_on = models.DateField(_("answered on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=24, choices=ChoiceOutcome, blank=True)
    note = models.TextField(_("answer"), max_length=1000, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (WORKER_KEEPS, MANAGER_KEEPS)
        fixed = ("trajectory", "provider", "pupil", "asked_on")
        bound = {"trajectory": ("provider", "pupil")}
        logs_reads = True

    class Meta:
        verbose_name = _("choice of parents")
        verbose_name_plural = _("choices of parents")
        ordering = ("answer_due_on", "pk")
        constraints = [
            models.CheckConstraint(
                name="choicerequest_answer_has_outcome",
                condition=Q(answer_on__isnull=True, outcome="")
                | (Q(answer_on__isnull=False) & ~Q(outcome="")),
                violation_error_message=_("An answer has a date and an outcome."),
            ),
            models.CheckConstraint(
                name="choicerequest_due_after_asked",
                condition=Q(answer_due_on__gte=F("asked_on")),
                violation_error_message=_("The answer cannot be due before the question."),
            ),
        ]

    def __str__(self):
        return self.asked_by_label

    def get_absolute_url(self):
        """The page of this request."""
        return reverse("choice-detail", args=[self.pk])
