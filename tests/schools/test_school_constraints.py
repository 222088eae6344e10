"""The database has the last word: every constraint is broken past the code, by update()."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from schools import actions
from schools.models import (
    Enrolment,
    GroupTeacher,
    Guardian,
    Holiday,
    Municipality,
    Pupil,
    Residence,
    School,
    SchoolBoard,
    SchoolGroup,
    SchoolSite,
    SiteChange,
)

ON = dt.date(2025, 10, 6)


def refuses(constraint, write):
    """Assert that the write fails on that constraint."""
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        write()
    assert constraint in str(raised.value)


def test_it_keeps_codes_of_the_register_well_formed(site, municipality):
    sites = SchoolSite.objects.filter(pk=site.pk)
    board = SchoolBoard.objects.create(number="41565")
    school = School.objects.create(brin="16ZT", name="De Wissel")
    refuses(
        "municipality_code_is_four_digits",
        lambda: Municipality.objects.filter(pk=municipality.pk).update(code="153"),
    )
    refuses(
        "board_number_is_five_digits",
        lambda: SchoolBoard.objects.filter(pk=board.pk).update(number="415"),
    )
    refuses(
        "school_brin_is_two_digits_two_letters",
        lambda: School.objects.filter(pk=school.pk).update(brin="ABCD"),
    )
    refuses("site_code_is_brin_and_two", lambda: sites.update(code="16zt00"))
    refuses("site_from_duo_has_code", lambda: sites.update(source="duo"))


def test_it_keeps_one_site_per_code(site, other_site):
    SchoolSite.objects.filter(pk=site.pk).update(code="16ZT00")
    refuses(
        "schools_schoolsite_code",
        lambda: SchoolSite.objects.filter(pk=other_site.pk).update(code="16ZT00"),
    )


def test_it_keeps_history_that_says_something(site):
    change = SiteChange.objects.create(site=site, field="name", old="A", new="B", on=ON)
    refuses(
        "sitechange_changes_something",
        lambda: SiteChange.objects.filter(pk=change.pk).update(new="A"),
    )


def test_it_keeps_holidays_apart(db):
    first = Holiday.objects.create(
        region="NOORD", name="Herfst", start=dt.date(2025, 10, 18), end=dt.date(2025, 10, 27)
    )
    Holiday.objects.create(
        region="NOORD", name="Kerst", start=dt.date(2025, 12, 20), end=dt.date(2026, 1, 5)
    )
    rows = Holiday.objects.filter(pk=first.pk)
    refuses("holiday_end_after_start", lambda: rows.update(end=dt.date(2025, 10, 1)))
    refuses(
        "holiday_one_per_region_and_start",
        lambda: rows.update(start=dt.date(2025, 12, 20), end=dt.date(2026, 1, 5)),
    )


def test_it_keeps_one_group_per_name(system, site):
    actions.add_group(system, site=site, name="5/6")
    other = actions.add_group(system, site=site, name="7")
    refuses(
        "group_name_once_per_site",
        lambda: SchoolGroup.objects.filter(pk=other.pk).update(name="5/6"),
    )


def test_it_keeps_a_teacher_once_per_group_and_at_the_site_of_the_group(
    system, site, other_site, django_user_model
):
    user = django_user_model.objects.create_user("ilse@example.nl", "geheim-genoeg-12", "Ilse")
    group = actions.add_group(system, site=site, name="5/6")
    taught = actions.assign_teacher(system, group=group, user=user, valid_from=ON)
    rows = GroupTeacher.objects.filter(pk=taught.pk)
    refuses("groupteacher_end_after_start", lambda: rows.update(valid_until=dt.date(2020, 1, 1)))
    refuses(
        "groupteacher_once_per_date",
        lambda: GroupTeacher.objects.bulk_create(
            [GroupTeacher(user=user, group=group, site=site, valid_from=ON)]
        ),
    )
    refuses(
        "bound",
        lambda: GroupTeacher.objects.bulk_create(
            [
                GroupTeacher(
                    user=user,
                    group=group,
                    site=other_site,
                    valid_from=dt.date(2020, 1, 1),
                    valid_until=dt.date(2020, 2, 1),
                )
            ]
        ),
    )


def test_it_keeps_the_numbers_of_pupils(system, site, pupil):
    second = actions.add_pupil(
        system,
        site=site,
        first_name="Canary Sem",
        last_name="Smit",
        birth_date=dt.date(2015, 1, 1),
        school_number="12",
        on=ON,
    )
    rows = Pupil.objects.filter(pk=pupil.pk)
    refuses("pupil_gender_is_known_code", lambda: rows.update(gender=3))
    refuses("pupil_school_number_once_per_site", lambda: rows.update(school_number="12"))
    refuses("fixed", lambda: rows.update(case_number="AAAAAAA"))
    refuses("fixed", lambda: rows.update(site=None))
    refuses(
        "pupil_case_number_is_readable",
        lambda: Pupil.objects.bulk_create([copy_of(second, case_number="AAA-III")]),
    )
    refuses(
        "case_number",
        lambda: Pupil.objects.bulk_create([copy_of(second, case_number=pupil.case_number)]),
    )


def copy_of(pupil, **changes):
    values = {
        "site_id": pupil.site_id,
        "first_name": "Canary",
        "last_name": "Kopie",
        "sort_name": "kopie",
        "birth_date": pupil.birth_date,
    }
    return Pupil(**values | changes)


def test_it_keeps_a_pupil_in_a_group_of_the_own_school(system, pupil, other_site):
    foreign = actions.add_group(system, site=other_site, name="8")
    refuses("bound", lambda: Pupil.objects.filter(pk=pupil.pk).update(group=foreign))


def test_it_keeps_custody_possible(system, pupil):
    guardian = actions.add_guardian(
        system,
        pupil=pupil,
        first_name="Canary Vera",
        last_name="Berg",
        relation="mother",
        has_custody=True,
    )
    rows = Guardian.objects.filter(pk=guardian.pk)
    refuses(
        "guardian_custody_end_after_start",
        lambda: rows.update(custody_from=ON, custody_until=dt.date(2020, 1, 1)),
    )
    refuses(
        "guardian_custody_dates_need_custody",
        lambda: rows.update(has_custody=False, custody_from=ON),
    )


@pytest.mark.parametrize("part", ["guardian", "residence", "enrolment"])
def test_it_keeps_parts_of_a_record_at_the_site_of_the_pupil(
    part, system, pupil, other_site, municipality
):
    parts = {
        "guardian": Guardian(
            first_name="Canary", last_name="X", relation="other", has_custody=False
        ),
        "residence": Residence(municipality=municipality, valid_from=ON),
        "enrolment": Enrolment(
            school_type="bao", valid_from=dt.date(2020, 1, 1), valid_until=dt.date(2020, 2, 1)
        ),
    }
    row = parts[part]
    row.pupil, row.site = pupil, other_site
    refuses("bound", lambda: type(row).objects.bulk_create([row]))


def test_it_keeps_one_residence_per_date(system, pupil, municipality):
    actions.set_residence(system, pupil=pupil, municipality=municipality, valid_from=ON)
    rows = Residence.objects.filter(pupil=pupil)
    refuses("residence_end_after_start", lambda: rows.update(valid_until=dt.date(2020, 1, 1)))
    twin = Residence(
        pupil=pupil,
        site_id=pupil.site_id,
        municipality=municipality,
        valid_from=dt.date(2024, 1, 1),
    )
    refuses("residence_one_per_date", lambda: Residence.objects.bulk_create([twin]))


def test_it_keeps_one_enrolment_per_date(pupil):
    rows = Enrolment.objects.filter(pupil=pupil)
    refuses("enrolment_end_after_start", lambda: rows.update(valid_until=dt.date(2020, 1, 1)))
    refuses("enrolment_reason_needs_end", lambda: rows.update(end_reason="other"))
    twin = Enrolment(
        pupil=pupil, site_id=pupil.site_id, school_type="bao", valid_from=dt.date(2024, 1, 1)
    )
    refuses("enrolment_one_per_date", lambda: Enrolment.objects.bulk_create([twin]))
