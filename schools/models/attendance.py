"""Absence of a pupil: why in broad terms, since when, and what happens next. No illness details."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oja.access.scoping import ScopedModel
from oja.core.models import BaseModel
from schools.models.dated import Dated, end_after_start, no_overlap
from schools.models.pupil import COORDINATOR_KEEPS
from schools.models.record import DatedOfPupilQuerySet, OfPupil


class AttendanceSpell(BaseModel, Dated, OfPupil, ScopedModel):
    """That a pupil is absent from a date on, wholly or in part.

    `valid_until` is the first day that no longer belongs to it. A spell of no days (both dates
    the same) was recorded by mistake and counts nowhere.
    """

    class Kind(models.TextChoices):
        UNLAWFUL = "unlawful", _("absent without valid reason")
        ILL = "ill", _("ill")
        SUSPENDED = "suspended", _("suspended or removed")
        EXEMPT = "exempt", _("exempt from compulsory education")
        CUSTOM = "custom", _("fewer hours by agreement")
        ABSOLUTE = "absolute", _("not enrolled anywhere")

    class Reason(models.TextChoices):
        """Where a child without school waits for; own list."""

        NO_PLACE = "WACHT_PLAATS", _("waits for a suitable place")
        NO_HELP = "WACHT_HULP", _("waits for help")
        MENTAL = "PSYCH", _("mental reasons")
        PHYSICAL = "SOMATISCH", _("physical reasons")
        CONFLICT = "CONFLICT_SCHOOL_OUDERS", _("conflict of school and parents")
        REMOVAL = "SCHORSING_VERWIJDERING", _("suspension or removal")
        REFUSAL = "SCHOOLWEIGERING", _("does not dare or want to go to school")
        HOME = "THUISSITUATIE", _("situation at home")
        ADMINISTRATION = "VERHUIZING/ADMIN", _("moving house or paperwork")
        EXEMPTION_ASKED = "VRIJSTELLING_AANGEVRAAGD", _("exemption has been asked for")
        DETENTION = "DETENTIE/GESLOTEN", _("detention or closed youth care")
        OTHER = "ANDERS", _("another reason")

    class Rung(models.TextChoices):
        """How far the way back to school is; the last rung, back, is the end of the spell."""

        SIGNAL = "signal", _("noticed")
        CONTACT = "contact", _("in contact")
        PLAN = "plan", _("plan made")
        PARTLY = "partly", _("partly back")

    kind = models.CharField(_("kind of absence"), max_length=10, choices=Kind)
    reason = models.CharField(_("reason"), max_length=24, choices=Reason, blank=True)
    is_full = models.BooleanField(_("does not come at all"), default=True)
    percent_present = models.PositiveSmallIntegerField(
        _("part of the timetable at school"), default=0
    )
    hours = models.DecimalField(
        _("missed hours in all"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    attends_by_plan = models.BooleanField(
        _("could come to school, in part, by the plan"), default=False
    )
    offer_on = models.DateField(_("suitable offer since"), null=True, blank=True)
    offer_party = models.CharField(_("who makes the offer"), max_length=120, blank=True)
    returned = models.BooleanField(_("returned to school"), default=False)
    reported_on = models.DateField(_("reported to DUO on"), null=True, blank=True)
    rung = models.CharField(_("step"), max_length=8, choices=Rung, default=Rung.SIGNAL)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("date of the next step"), null=True, blank=True)

    objects = DatedOfPupilQuerySet.as_manager()

    class Meta:
        verbose_name = _("spell of absence")
        verbose_name_plural = _("spells of absence")
        ordering = ("-valid_from", "pk")
        constraints = [
            end_after_start("attendance_end_after_start"),
            ExclusionConstraint(
                name="attendance_one_per_date",
                expressions=no_overlap("pupil"),
                violation_error_message=_("Absence is already recorded for this pupil then."),
            ),
            models.CheckConstraint(
                condition=Q(percent_present__gte=0, percent_present__lte=100),
                name="attendance_percent_is_a_part",
                violation_error_message=_("Choose a part between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(is_full=False) | Q(percent_present=0),
                name="attendance_full_means_not_present",
                violation_error_message=_("Not coming at all means present for 0 percent."),
            ),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(hours__gte=0),
                name="attendance_hours_not_negative",
                violation_error_message=_("Hours are 0 or more."),
            ),
            models.CheckConstraint(
                # What is the matter with a child that is ill or exempt is not for this record.
                condition=Q(reason="") | ~Q(kind__in=["ill", "exempt"]),
                name="attendance_no_reason_of_illness",
                violation_error_message=_("Do not record why a child is ill or exempt."),
            ),
            models.CheckConstraint(
                condition=Q(returned=False) | Q(valid_until__isnull=False),
                name="attendance_return_needs_end",
                violation_error_message=_("Say since when the pupil is back."),
            ),
            models.CheckConstraint(
                condition=Q(next_step="", next_step_on__isnull=True)
                | (~Q(next_step="") & Q(next_step_on__isnull=False)),
                name="attendance_step_has_date",
                violation_error_message=_("A next step has a date."),
            ),
            models.CheckConstraint(
                condition=Q(offer_party="") | Q(offer_on__isnull=False),
                name="attendance_offer_has_date",
                violation_error_message=_("Say since when there is an offer."),
            ),
        ]
        indexes = [
            # Figures ask for the pupils with a spell of one kind that is open on a date.
            models.Index(fields=["pupil", "kind", "valid_from"], name="attendance_pupil_kind_from"),
        ]

    class Scope:
        rules = (COORDINATOR_KEEPS,)
        fixed = ("pupil",)
        bound = {"pupil": ("site",)}
        logs_reads = True

    def __str__(self):
        return f"{self.valid_from:%Y-%m-%d}"
