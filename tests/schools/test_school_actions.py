"""Writing the record of a pupil: what is checked, what is kept, who may."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from oja.access.actor import Actor
from oja.access.models import Membership
from schools import actions
from schools.models import Enrolment, Guardian, Pupil, Residence, SchoolGroup

ON = dt.date(2025, 10, 6)
NAMES = {"first_name": "Canary Sem", "last_name": "Özdemir", "birth_date": dt.date(2015, 1, 1)}


def actor_of(django_user_model, role, organisation, name):
    user = django_user_model.objects.create_user(f"{name}@example.nl", "geheim-genoeg-12", name)
    Membership.objects.create(
        user=user, role=role, organisation=organisation, valid_from=dt.date(2020, 1, 1)
    )
    return Actor.for_user(user)


@pytest.fixture
def anna(django_user_model, site):
    return actor_of(django_user_model, "school_coordinator", site.organisation, "anna")


@pytest.fixture
def dirk(django_user_model, other_site):
    return actor_of(django_user_model, "school_coordinator", other_site.organisation, "dirk")


@pytest.fixture
def ilse(django_user_model, site):
    return actor_of(django_user_model, "teacher", site.organisation, "ilse")


def test_it_makes_a_pupil_with_key_residence_and_enrolment(anna, site, municipality):
    group = actions.add_group(anna, site=site, name="5/6")
    pupil = actions.add_pupil(
        anna, site=site, on=ON, group=group, municipality=municipality, **NAMES
    )
    assert pupil.full_name == "Canary Sem Özdemir"
    assert pupil.sort_name.startswith("ozdemir")
    assert (len(pupil.case_number), pupil.group_label) == (7, "5/6")
    residence = Residence.objects.get(pupil=pupil)
    assert (residence.municipality, residence.ground) == (municipality, "brp")
    assert (residence.valid_from, residence.checked_on, residence.site_id) == (ON, ON, site.pk)
    enrolment = Enrolment.objects.get(pupil=pupil)
    assert (enrolment.school_type, enrolment.group_label) == ("bao", "5/6")


def test_it_gives_every_pupil_an_own_number_and_household(anna, site):
    pupils = [actions.add_pupil(anna, site=site, on=ON, **NAMES) for _ in range(20)]
    assert len({pupil.case_number for pupil in pupils}) == 20
    assert len({pupil.household for pupil in pupils}) == 20
    sister = actions.add_pupil(anna, site=site, on=ON, household=pupils[0].household, **NAMES)
    assert sister.household == pupils[0].household


def test_it_masks_a_service_number_and_drops_nul(anna, site):
    pupil = actions.add_pupil(anna, site=site, on=ON, school_number="123456782\x00", **NAMES)
    assert "123456782" not in pupil.school_number


def test_it_leaves_telephone_numbers_alone(anna, pupil):
    guardian = actions.add_guardian(
        anna,
        pupil=pupil,
        first_name="Canary",
        last_name="Berg",
        relation="mother",
        has_custody=True,
        phone="123456782",
    )
    assert guardian.phone == "123456782"


@pytest.mark.parametrize(
    "change",
    [
        {"birth_date": ON + dt.timedelta(days=1)},
        {"first_name": ""},
        {"last_name": "x" * 121},
        {"gender": 5},
        {"language": "xx"},
    ],
)
def test_it_refuses_an_impossible_pupil(anna, site, change):
    with pytest.raises(ValidationError) as refused:
        actions.add_pupil(anna, site=site, on=ON, **NAMES | change)
    assert set(refused.value.error_dict) == set(change)
    assert not Pupil.objects.exists()


def test_it_refuses_a_group_of_another_school(anna, system, site, other_site):
    group = actions.add_group(system, site=other_site, name="8")
    with pytest.raises(ValidationError):
        actions.add_pupil(anna, site=site, on=ON, group=group, **NAMES)


def test_it_says_which_number_is_taken(anna, site):
    actions.add_pupil(anna, site=site, on=ON, school_number="12", **NAMES)
    with pytest.raises(ValidationError):
        actions.add_pupil(anna, site=site, on=ON, school_number="12", **NAMES)


def test_it_keeps_strangers_and_readers_out(anna, dirk, ilse, site, pupil):
    with pytest.raises(Http404):
        actions.add_pupil(dirk, site=site, on=ON, **NAMES)
    with pytest.raises(Http404):
        actions.change_pupil(dirk, pupil=pupil, on=ON, first_name="X")
    with pytest.raises(Http404):
        actions.add_guardian(
            dirk, pupil=pupil, first_name="X", last_name="Y", relation="other", has_custody=False
        )
    with pytest.raises(PermissionDenied):
        actions.change_pupil(ilse, pupil=pupil, on=ON, first_name="X")
    with pytest.raises(PermissionDenied):
        actions.register_site(anna, name="X", municipality=site.municipality)


def test_it_refuses_fields_that_triggers_write(anna, pupil, other_site):
    with pytest.raises(TypeError):
        actions.change_pupil(anna, pupil=pupil, on=ON, shared_with=other_site.organisation)


def test_it_changes_the_sort_key_with_the_name(anna, pupil):
    pupil = actions.change_pupil(anna, pupil=pupil, on=ON, last_name="Çelik", prefix="")
    pupil.refresh_from_db()
    assert pupil.sort_name.startswith("celik")


def test_it_knows_who_has_custody_on_a_day(anna, pupil):
    base = {"first_name": "Canary", "last_name": "Berg", "relation": "mother"}
    until = {"custody_until": ON}
    for first_name, facts in {
        "altijd": {"has_custody": True},
        "tot vandaag": {"has_custody": True, **until},
        "vanaf morgen": {"has_custody": True, "custody_from": ON + dt.timedelta(days=1)},
        "overleden": {"has_custody": True, "is_deceased": True},
        "geen": {"has_custody": False},
    }.items():
        actions.add_guardian(anna, pupil=pupil, **base | facts | {"first_name": first_name})
    rows = Guardian.objects.filter(pupil=pupil)
    assert [g.first_name for g in rows.with_custody(ON)] == ["altijd"]
    assert [g.first_name for g in rows if g.has_custody_on(ON)] == ["altijd"]


def test_it_ends_the_residence_before_a_new_one(anna, system, pupil, municipality):
    borne = actions.register_municipality(system, code="0147", name="Borne")
    first = actions.set_residence(
        anna, pupil=pupil, municipality=municipality, valid_from=dt.date(2024, 1, 1)
    )
    second = actions.set_residence(anna, pupil=pupil, municipality=borne, valid_from=ON)
    first.refresh_from_db()
    assert (first.valid_until, second.valid_until) == (ON, None)
    between = actions.set_residence(
        anna, pupil=pupil, municipality=borne, valid_from=dt.date(2025, 1, 1), ground="stay"
    )
    first.refresh_from_db()
    assert (first.valid_until, between.valid_until) == (dt.date(2025, 1, 1), ON)
    earlier = actions.set_residence(
        anna, pupil=pupil, municipality=borne, valid_from=dt.date(2023, 1, 1)
    )
    assert earlier.valid_until == dt.date(2024, 1, 1)


def test_it_corrects_a_residence_that_begins_the_same_day(anna, system, pupil, municipality):
    borne = actions.register_municipality(system, code="0147", name="Borne")
    first = actions.set_residence(anna, pupil=pupil, municipality=municipality, valid_from=ON)
    again = actions.set_residence(anna, pupil=pupil, municipality=borne, valid_from=ON)
    assert again.pk == first.pk
    assert Residence.objects.get(pupil=pupil).municipality == borne


def test_it_refuses_a_second_enrolment_in_the_same_period(anna, pupil):
    with pytest.raises(ValidationError):
        actions.enrol(anna, pupil=pupil, valid_from=ON, school_type="bao")
    (first,) = Enrolment.objects.filter(pupil=pupil)
    actions.change_enrolment(
        anna,
        enrolment=first,
        valid_until=ON + dt.timedelta(days=30),
        end_reason="special",
        destination_type="sbo",
    )
    actions.enrol(anna, pupil=pupil, valid_from=ON + dt.timedelta(days=30), school_type="bao")
    with pytest.raises(ValidationError):
        actions.change_enrolment(anna, enrolment=first, valid_until=dt.date(2020, 1, 1))


def test_it_finds_a_group_by_its_name_or_makes_it(anna, site):
    group = actions.group_of_name(anna, site=site, name="Vlinders")
    assert actions.group_of_name(anna, site=site, name="vlinders") == group
    assert SchoolGroup.objects.count() == 1


def test_it_makes_many_pupils_in_few_statements(
    anna, site, municipality, django_assert_max_num_queries
):
    group = actions.add_group(anna, site=site, name="7")
    pupils = [Pupil(site=site, group=group, **NAMES) for _ in range(30)]
    guardians = [
        Guardian(
            pupil=pupil, first_name="Canary", last_name="X", relation="father", has_custody=True
        )
        for pupil in pupils
    ]
    residences = [Residence(pupil=p, municipality=municipality, valid_from=ON) for p in pupils]
    enrolments = [Enrolment(pupil=p, school_type="bao", valid_from=ON) for p in pupils]
    with django_assert_max_num_queries(20):
        actions.add_pupils(
            anna,
            pupils=pupils,
            guardians=guardians,
            residences=residences,
            enrolments=enrolments,
        )
    assert Pupil.objects.filter(group_label="7", sort_name__startswith="ozdemir").count() == 30
    assert Guardian.objects.filter(site=site).count() == 30


def test_it_checks_many_pupils_as_it_checks_one(anna, dirk, site):
    with pytest.raises(ValidationError):
        actions.add_pupils(anna, pupils=[Pupil(site=site, **NAMES | {"first_name": ""})])
    with pytest.raises(Http404):
        actions.add_pupils(dirk, pupils=[Pupil(site=site, **NAMES)])
    other = Pupil(site=site, **NAMES)
    with pytest.raises(ValueError, match="same call"):
        actions.add_pupils(
            anna, pupils=[], enrolments=[Enrolment(pupil=other, school_type="bao", valid_from=ON)]
        )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ozdemir", True),
        ("özd", True),
        ("sem ozdemir", True),
        ("OZDEMIR, Sem", True),
        ("jansen", False),
        ("", True),
        ("%", True),  # no letters, so nothing to look for
    ],
)
def test_it_finds_people_without_accents(anna, site, words, found):
    actions.add_pupil(anna, site=site, on=ON, **NAMES)
    rows = Pupil.objects.visible_to(anna).search(words)
    assert rows.exists() is found


def test_it_finds_a_prefix_and_a_case_number(anna, pupil):
    rows = Pupil.objects.visible_to(anna)
    assert rows.search("van der berg").get() == pupil
    assert rows.search(pupil.case_number.lower()).get() == pupil
    assert not rows.search("van der bergen").exists()


def test_it_shows_a_teacher_only_the_own_groups_while_teaching(ilse, anna, site):
    own = actions.add_group(anna, site=site, name="5/6")
    actions.add_group(anna, site=site, name="7")
    assert not SchoolGroup.objects.visible_to(ilse).exists()
    taught = actions.assign_teacher(anna, group=own, user=ilse.user, valid_from=dt.date(2020, 1, 1))
    assert list(SchoolGroup.objects.visible_to(Actor.for_user(ilse.user))) == [own]
    Membership.objects.filter(user=ilse.user).update(valid_until=dt.date(2021, 1, 1))
    assert not SchoolGroup.objects.visible_to(Actor.for_user(ilse.user)).exists()
    assert taught.site_id == site.pk
