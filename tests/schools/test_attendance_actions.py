"""Recording absence and leaving: what is kept, what is refused, and what follows by itself."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from oja.access.models import Organisation
from schools import actions
from schools.models import AttendanceSpell, Enrolment
from tests.schools.conftest import ON


def day(number):
    return ON + dt.timedelta(days=number)


TODAY = day(60)


def record(actor, pupil, **fields):
    fields.setdefault("kind", "unlawful")
    fields.setdefault("valid_from", ON)
    fields.setdefault("on", TODAY)
    return actions.record_spell(actor, pupil=pupil, **fields)


@pytest.fixture
def enrolment(pupil):
    return Enrolment.objects.get(pupil=pupil)


def leave(actor, enrolment, number, to="none"):
    return actions.end_enrolment(
        actor, enrolment=enrolment, valid_until=day(number), destination_type=to, on=TODAY
    )


# --- Recording ------------------------------------------------------------------------------------


def test_a_spell_keeps_what_was_recorded(system, pupil):
    spell = record(
        system,
        pupil,
        reason="WACHT_PLAATS",
        hours=Decimal("7.5"),
        next_step="Bel 111222333 morgen",
        next_step_on=TODAY,
    )
    spell.refresh_from_db()
    assert (spell.site_id, spell.reason, spell.hours) == (pupil.site_id, "WACHT_PLAATS", 7.5)
    assert "111222333" not in spell.next_step


def test_whoever_does_not_come_at_all_is_not_present(system, pupil):
    assert record(system, pupil, percent_present=40, valid_until=day(3)).percent_present == 0
    partly = record(system, pupil, valid_from=day(3), is_full=False, percent_present=40)
    assert partly.percent_present == 40


def test_no_reason_is_kept_of_illness_or_exemption(system, pupil):
    ill = record(system, pupil, kind="ill", reason="PSYCH", valid_until=day(5))
    exempt = record(system, pupil, kind="exempt", reason="PSYCH", valid_from=day(5))
    assert (ill.reason, exempt.reason) == ("", "")


def test_nothing_is_recorded_before_it_happens(system, pupil):
    with pytest.raises(ValidationError) as refused:
        record(system, pupil, valid_from=day(61))
    assert "valid_from" in refused.value.message_dict
    assert record(system, pupil, kind="custom", valid_from=day(61)).pk


def test_one_spell_a_day(system, pupil):
    record(system, pupil, valid_until=day(5))
    with pytest.raises(ValidationError) as refused:
        record(system, pupil, valid_from=day(4), kind="ill")
    assert set(refused.value.message_dict) == {"__all__"}
    assert record(system, pupil, valid_from=day(5), kind="ill").pk


def test_absence_lies_within_an_enrolment(system, pupil, enrolment):
    with pytest.raises(ValidationError) as refused:
        record(system, pupil, valid_from=day(-1))
    assert "valid_from" in refused.value.message_dict
    leave(system, enrolment, 10)
    with pytest.raises(ValidationError) as refused:
        record(system, pupil, valid_from=day(5))
    assert "valid_until" in refused.value.message_dict
    assert record(system, pupil, valid_from=day(5), valid_until=day(10)).pk


def test_it_may_run_on_from_one_enrolment_into_the_next(system, pupil):
    actions.enrol_again(system, pupil=pupil, school_type="so", valid_from=day(10), on=TODAY)
    assert record(system, pupil, valid_from=day(5), valid_until=day(15)).pk


def test_absence_without_enrolment_lies_outside_one(system, pupil, enrolment):
    with pytest.raises(ValidationError) as refused:
        record(system, pupil, kind="absolute")
    assert "kind" in refused.value.message_dict
    leave(system, enrolment, 10, to="moved")
    assert record(system, pupil, kind="absolute", valid_from=day(10)).pk


def test_exemption_needs_no_enrolment(system, pupil, enrolment):
    leave(system, enrolment, 10)
    assert record(system, pupil, kind="exempt", valid_from=day(10)).pk


# --- Going on -------------------------------------------------------------------------------------


def test_a_step_has_a_rung_and_a_date(system, pupil):
    spell = actions.record_step(
        system,
        spell=record(system, pupil),
        rung="plan",
        next_step="Gesprek met de leerplichtambtenaar",
        next_step_on=day(65),
        on=TODAY,
    )
    assert (spell.rung, spell.next_step_on) == ("plan", day(65))


def test_a_spell_ends_by_going_back(system, pupil):
    spell = record(system, pupil)
    with pytest.raises(ValidationError):
        actions.end_spell(system, spell=spell, valid_until=day(61), returned=True, on=TODAY)
    spell = actions.end_spell(system, spell=spell, valid_until=day(9), returned=True, on=TODAY)
    assert (spell.valid_until, spell.returned) == (day(9), True)


def test_a_correction_follows_the_same_rules(system, pupil):
    spell = record(system, pupil)
    assert actions.correct_spell(system, spell=spell, kind="custom", on=TODAY).kind == "custom"
    with pytest.raises(ValidationError):
        actions.correct_spell(system, spell=spell, valid_from=day(-3), on=TODAY)
    gone = actions.correct_spell(system, spell=spell, valid_until=ON, on=TODAY)
    assert gone.valid_until == gone.valid_from
    assert record(system, pupil).pk, "a spell of no days stands in nobody's way"


def test_only_the_own_school_records_absence(cast):
    world, on = cast.a, dt.date(2025, 10, 6)
    Enrolment.objects.create(pupil=world.pupil, site=world.site, school_type="sbo", valid_from=on)
    spell = record(cast.actor("anna"), world.pupil)
    for name, error in (("dirk", Http404), ("bas", PermissionDenied), ("els", PermissionDenied)):
        with pytest.raises(error):
            record(cast.actor(name), world.pupil, valid_from=day(40))
        with pytest.raises(error):
            actions.end_spell(
                cast.actor(name), spell=spell, valid_until=day(3), returned=True, on=TODAY
            )
        assert not AttendanceSpell.objects.visible_to(cast.actor(name)).exists()


# --- Leaving and coming back ----------------------------------------------------------------------


def test_leaving_says_where_to_and_ends_running_absence(system, pupil, enrolment):
    spell = record(system, pupil)
    with pytest.raises(ValidationError) as refused:
        leave(system, enrolment, 10, to="")
    assert "destination_type" in refused.value.message_dict
    enrolment = leave(system, enrolment, 10, to="mbo")
    spell.refresh_from_db()
    assert (enrolment.valid_until, enrolment.destination_type) == (day(10), "mbo")
    assert (spell.valid_until, spell.returned) == (day(10), False)


def test_nobody_leaves_before_an_absence_that_is_recorded(system, pupil, enrolment):
    record(system, pupil, valid_from=day(12), valid_until=day(14))
    with pytest.raises(ValidationError, match="18-10-2025"):
        leave(system, enrolment, 10)


def test_leaving_is_not_recorded_years_ahead(system, enrolment):
    with pytest.raises(ValidationError) as refused:
        leave(system, enrolment, 600)
    assert "valid_until" in refused.value.message_dict


@pytest.mark.parametrize(
    ("kind", "reason"), [("so", "special"), ("vo", "moved_up"), ("sbo", "special")]
)
def test_another_kind_of_school_ends_the_one_before(system, pupil, enrolment, kind, reason):
    new = actions.enrol_again(system, pupil=pupil, school_type=kind, valid_from=day(30), on=TODAY)
    enrolment.refresh_from_db()
    assert (enrolment.valid_until, enrolment.destination_type) == (day(30), kind)
    assert enrolment.end_reason == reason
    assert (new.valid_from, new.valid_until, new.school_type) == (day(30), None, kind)


def test_on_its_first_day_an_enrolment_is_corrected(system, pupil, enrolment):
    again = actions.enrol_again(system, pupil=pupil, school_type="so", valid_from=ON, on=TODAY)
    assert (again.pk, again.school_type) == (enrolment.pk, "so")


def test_coming_back_ends_absence_without_enrolment(system, pupil, enrolment):
    leave(system, enrolment, 10)
    spell = record(system, pupil, kind="absolute", valid_from=day(12))
    actions.enrol_again(system, pupil=pupil, school_type="so", valid_from=day(30), on=TODAY)
    spell.refresh_from_db()
    assert (spell.valid_until, spell.returned) == (day(30), True)


# --- Many at once ---------------------------------------------------------------------------------


def test_many_spells_are_checked_as_one(system, site, pupil, django_assert_max_num_queries):
    spells = [
        {"pupil": pupil, "kind": "unlawful", "valid_from": day(n), "valid_until": day(n + 1)}
        for n in range(0, 60, 3)
    ]
    with django_assert_max_num_queries(5):
        rows = actions.record_spells_many(system, spells, on=TODAY)
    assert len(rows) == AttendanceSpell.objects.filter(pupil=pupil, site=site).count() == 20
    for wrong in ({"valid_from": day(-1)}, {"valid_from": day(99)}, {"kind": "absolute"}):
        one = {"pupil": pupil, "kind": "ill", "valid_from": ON} | wrong
        with pytest.raises(ValidationError):
            actions.record_spells_many(system, [one], on=TODAY)


def test_many_leave_at_once(system, site, enrolment):
    spell = record(system, enrolment.pupil)
    end = {"enrolment": enrolment, "valid_until": day(20), "destination_type": "vo"}
    (row,) = actions.end_enrolments_many(system, [end])
    before = row.updated_at
    row.refresh_from_db()
    spell.refresh_from_db()
    assert (row.valid_until, row.destination_type, row.updated_at) == (day(20), "vo", before)
    assert spell.valid_until == day(20)


def test_many_spells_of_another_school_are_refused(cast):
    spell = {"pupil": cast.b.pupil, "kind": "exempt", "valid_from": ON}
    with pytest.raises(Http404):
        actions.record_spells_many(cast.actor("anna"), [spell], on=TODAY)


def test_a_municipality_gets_its_organisation_once(system):
    town = Organisation.objects.create(kind="municipality", name="Oosterveld")
    school = Organisation.objects.create(kind="site", name="De Wissel")
    register = actions.register_municipality
    with pytest.raises(ValidationError):
        register(system, code="9901", name="Oosterveld", organisation=school)
    register(system, code="9901", name="Oosterveld")
    assert register(system, code="9901", name="x", organisation=town).organisation == town
    assert register(system, code="9901", name="x").organisation == town
