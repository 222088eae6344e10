"""Rows that hold from a date until a date. Half open: the row does not hold on `valid_until`."""

from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class DateRange(Func):
    """daterange(start, end), half open as everywhere in this application; no end = for ever."""

    function = "daterange"
    arity = 2


def end_after_start(name, start="valid_from", end="valid_until"):
    """The constraint that an end, when there is one, is not before the start."""
    return models.CheckConstraint(
        condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)}),
        name=name,
        violation_error_message=_("The end is before the start. Choose a later date."),
    )


def no_overlap(*columns):
    """Expressions of an exclusion constraint: the same columns, and dates that overlap."""
    return [
        *((column, RangeOperators.EQUAL) for column in columns),
        (DateRange("valid_from", "valid_until"), RangeOperators.OVERLAPS),
    ]


class DatedQuerySet(models.QuerySet):
    """Adjectives of rows with valid_from and valid_until; mix in before ScopedQuerySet."""

    def valid_on(self, on):
        """The rows that hold on that date."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on), valid_from__lte=on)


class Dated(models.Model):
    """Abstract: valid_from (first day) and valid_until (first day on which it no longer holds)."""

    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        # PostgreSQL refuses to make a range that runs backwards, so the check of overlapping
        # periods may not be reached with one.
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError(
                {"valid_until": _("The end is before the start. Choose a later date.")}
            )

    def holds_on(self, on):
        """Whether this row holds on the date."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)
