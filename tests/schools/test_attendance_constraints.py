"""The database has the last word about absence: every constraint is broken past the code."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from oja.access.actor import become
from schools.models import AttendanceSpell, Enrolment, Municipality
from tests.factories.access import OrganisationFactory
from tests.factories.attendance import SpellFactory
from tests.factories.schools import MunicipalityFactory

ON = dt.date(2025, 10, 6)
LATER = ON + dt.timedelta(days=5)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("attendance_end_after_start", {"valid_until": ON - dt.timedelta(days=1)}),
        ("attendance_percent_is_a_part", {"percent_present": 101, "is_full": False}),
        ("attendance_full_means_not_present", {"percent_present": 10}),
        ("attendance_hours_not_negative", {"hours": -1}),
        ("attendance_no_reason_of_illness", {"kind": "ill", "reason": "PSYCH"}),
        ("attendance_no_reason_of_illness", {"kind": "exempt", "reason": "ANDERS"}),
        ("attendance_return_needs_end", {"returned": True}),
        ("attendance_step_has_date", {"next_step": "Bellen", "next_step_on": None}),
        ("attendance_step_has_date", {"next_step": "", "next_step_on": ON}),
        ("attendance_offer_has_date", {"offer_party": "Vlechtwerk"}),
    ],
)
def test_a_spell_makes_sense(pupil, constraint, values):
    spell = SpellFactory(pupil=pupil, valid_from=ON, next_step="", next_step_on=None)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AttendanceSpell.objects.filter(pk=spell.pk).update(**values)


def test_there_is_one_spell_a_day(pupil):
    SpellFactory(pupil=pupil, valid_from=ON, valid_until=LATER)
    SpellFactory(pupil=pupil, valid_from=LATER)
    SpellFactory(pupil=pupil, valid_from=ON, valid_until=ON)
    with pytest.raises(IntegrityError, match="attendance_one_per_date"), transaction.atomic():
        SpellFactory(pupil=pupil, valid_from=ON, valid_until=ON + dt.timedelta(days=1))


def test_a_spell_is_of_the_school_of_its_pupil(pupil, other_site):
    spell = SpellFactory(pupil=pupil)
    rows = AttendanceSpell.objects.filter(pk=spell.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(site=other_site)


def test_no_statement_gives_a_spell_to_another_pupil(cast):
    rows = AttendanceSpell.objects.filter(pk=SpellFactory(pupil=cast.a.pupil).pk)
    with pytest.raises(IntegrityError, match="never change"), become(cast.actor("anna")):
        rows.update(pupil=cast.a.unshared.pupil)


def test_a_destination_needs_an_end(pupil):
    rows = Enrolment.objects.filter(pupil=pupil)
    with pytest.raises(IntegrityError, match="enrolment_reason_needs_end"), transaction.atomic():
        rows.update(destination_type="mbo")


def test_an_organisation_is_one_municipality(db):
    town = OrganisationFactory(kind="municipality", name="Oosterveld")
    MunicipalityFactory(organisation=town)
    with pytest.raises(IntegrityError, match="organisation_id"), transaction.atomic():
        Municipality.objects.filter(pk=MunicipalityFactory().pk).update(organisation=town)
