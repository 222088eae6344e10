"""Accounts and memberships: what they may hold together, and who gives them."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from oja.access import actions
from oja.access.actor import Actor, become
from oja.access.models import AccessEvent, Membership, Organisation, User
from oja.access.permissions import ROLES, SEES_CHILDREN, Permission, Role
from oja.core.periods import today
from tests.access.conftest import LONG_AGO, add_role, organisation

DAY = dt.timedelta(days=1)


@pytest.fixture
def fem(people):
    return Actor.for_user(people.fem)


def test_an_administrator_makes_an_account_and_gives_a_role(people, fem):
    with become(fem):
        user = actions.create_account(fem, email=" Noor@Example.nl ", name="Noor")
        actions.grant_role(
            fem,
            user=user,
            role=Role.TEACHER,
            organisation=people.site_a,
            valid_from=today(),
        )
    assert user.email == "noor@example.nl"
    assert not user.has_usable_password()
    assert Actor.for_user(user).roles == {Role.TEACHER}
    assert list(AccessEvent.objects.order_by("at").values_list("what", "actor_id")) == [
        ("account_created", people.fem.pk),
        ("role_granted", people.fem.pk),
    ]


def test_nobody_else_does(people):
    anna = Actor.for_user(people.anna)
    with pytest.raises(PermissionDenied):
        actions.create_account(anna, email="x@example.nl", name="x")
    with pytest.raises(PermissionDenied):
        actions.grant_role(
            anna,
            user=people.anna,
            role=Role.TEACHER,
            organisation=people.site_b,
            valid_from=today(),
        )
    with pytest.raises(PermissionDenied):
        actions.end_role(anna, membership=Membership.objects.first(), on=today())


def test_a_role_ends_on_a_day(people, fem):
    membership = people.anna.memberships.get()
    with become(fem):
        actions.end_role(fem, membership=membership, on=today())
    assert Actor.for_user(people.anna, on=today() - DAY).roles == {Role.SCHOOL_COORDINATOR}
    assert Actor.for_user(people.anna, on=today()).roles == frozenset()


@pytest.mark.parametrize("role", sorted(SEES_CHILDREN))
def test_an_adviser_never_gets_a_role_that_sees_children_nor_the_other_way_round(people, fem, role):
    place = people.site_a if ROLES[role].organisation == "site" else people.p
    with become(fem), pytest.raises(ValidationError, match=r"advis"):
        actions.grant_role(fem, user=people.els, role=role, organisation=place, valid_from=today())
    with become(fem), pytest.raises(ValidationError):
        actions.grant_role(
            fem,
            user=people.anna,
            role=Role.MUNICIPAL_ADVISER,
            organisation=people.town,
            valid_from=today(),
        )
    with pytest.raises(IntegrityError, match="never holds"), transaction.atomic():
        add_role(people.els, role, place)


def test_one_after_the_other_is_fine(people, fem):
    with become(fem):
        actions.end_role(fem, membership=people.els.memberships.get(), on=today())
        actions.grant_role(
            fem,
            user=people.els,
            role=Role.TEACHER,
            organisation=people.site_a,
            valid_from=today(),
        )
        actions.grant_role(
            fem,
            user=people.els,
            role=Role.MUNICIPAL_ADVISER,
            organisation=people.town,
            valid_from=LONG_AGO - DAY,
            valid_until=LONG_AGO,
        )


def test_a_role_without_children_and_without_figures_clashes_with_nothing(people, fem):
    with become(fem):
        for role, place in ((Role.PARTNERSHIP, people.swv), (Role.ADMINISTRATOR, people.platform)):
            actions.grant_role(
                fem, user=people.els, role=role, organisation=place, valid_from=today()
            )
    assert len(Actor.for_user(people.els).roles) == 3
    assert " · Fem" in str(AccessEvent.objects.first())


def test_prolonging_a_role_is_checked_too(people):
    people.els.memberships.update(valid_until=today())
    add_role(people.els, Role.TEACHER, people.site_a, today())
    with pytest.raises(IntegrityError, match="never holds"), transaction.atomic():
        people.els.memberships.filter(role=Role.MUNICIPAL_ADVISER).update(valid_until=None)


def test_a_role_fits_its_organisation(people, fem):
    with become(fem), pytest.raises(ValidationError):
        actions.grant_role(
            fem,
            user=people.anna,
            role=Role.TEACHER,
            organisation=people.p,
            valid_from=today(),
        )
    for role in Role:
        wrong = people.p if ROLES[role].organisation != "provider" else people.site_a
        with pytest.raises(IntegrityError, match="does not belong"), transaction.atomic():
            add_role(people.ilse, role, wrong)


def test_the_same_open_role_is_given_once_with_a_sentence(people, fem):
    with become(fem), pytest.raises(ValidationError, match=r"al"):
        actions.grant_role(
            fem,
            user=people.anna,
            role=Role.SCHOOL_COORDINATOR,
            organisation=people.site_a,
            valid_from=today(),
        )


def test_another_refusal_of_the_database_is_not_dressed_up(people, fem):
    with become(fem), pytest.raises(IntegrityError, match="ends_after"):
        actions.grant_role(
            fem,
            user=people.ilse,
            role=Role.TEACHER,
            organisation=people.site_b,
            valid_from=today(),
            valid_until=today() - DAY,
        )


def test_an_address_is_kept_in_lower_case(people):
    with pytest.raises(IntegrityError, match="lower_case"), transaction.atomic():
        User.objects.filter(pk=people.anna.pk).update(email="Anna@example.nl")


@pytest.mark.django_db(transaction=True)
def test_two_who_give_conflicting_roles_at_the_same_moment_do_not_both_succeed():
    user = User.objects.create_user("x@example.nl")
    town, site = organisation("municipality", "Stad"), organisation("site", "School")
    start = threading.Barrier(2)
    results = []

    def give(role, place):
        try:
            with transaction.atomic():
                start.wait(5)
                add_role(user, role, place)
            results.append("given")
        except IntegrityError:
            results.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=give, args=pair)
        for pair in ((Role.MUNICIPAL_ADVISER, town), (Role.TEACHER, site))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["given", "refused"]


# --- The administration pages ---------------------------------------------------------------------


@pytest.fixture
def admin(people, client):
    client.force_login(people.fem)
    return client


def test_administrators_only_open_the_administration_pages(people, client):
    chain = client.get("/beheer/", follow=True).redirect_chain
    assert chain[-1][0] == "/inloggen/?next=/beheer/"
    for user, status in ((people.anna, 403), (people.els, 403), (people.fem, 200)):
        client.force_login(user)
        assert client.get("/beheer/", follow=True).status_code == status


def test_the_mark_alone_or_the_role_alone_is_not_enough(people, client):
    User.objects.filter(pk=people.anna.pk).update(is_staff=True)
    client.force_login(people.anna)
    assert client.get("/beheer/", follow=True).status_code == 403
    User.objects.filter(pk=people.fem.pk).update(is_staff=False)
    client.force_login(people.fem)
    assert client.get("/beheer/", follow=True).status_code == 403


def test_the_lists_open(admin):
    for page in ("user", "organisation", "membership"):
        assert admin.get(f"/beheer/access/{page}/").status_code == 200
        assert admin.get(f"/beheer/access/{page}/add/").status_code == 200


def test_the_hash_of_a_password_cannot_be_guessed_there(admin):
    assert admin.get("/beheer/access/user/?name__startswith=A").status_code == 200
    assert admin.get("/beheer/access/user/?password__startswith=a").status_code == 400


def test_an_account_is_made_there_without_a_password(people, admin):
    page = admin.post(
        "/beheer/access/user/add/", {"email": "Noor@Example.nl", "name": "Noor", "is_active": "on"}
    )
    assert page.status_code == 302
    noor = User.objects.get(email="noor@example.nl")
    assert not noor.has_usable_password()
    assert AccessEvent.objects.get().what == "user_changed"
    page = admin.post(
        f"/beheer/access/user/{noor.pk}/change/", {"email": "noor@example.nl", "name": "Noor B."}
    )
    assert page.status_code == 302
    noor.refresh_from_db()
    assert (noor.name, noor.is_active) == ("Noor B.", False)


def test_a_membership_is_given_there_under_the_same_rules(people, admin):
    def give(user, role, place):
        return admin.post(
            "/beheer/access/membership/add/",
            {
                "user": user.pk,
                "role": role,
                "organisation": place.pk,
                "valid_from": "2026-01-01",
                "valid_until": "",
            },
        )

    assert give(people.els, Role.TEACHER, people.site_a).status_code == 200
    assert give(people.anna, Role.TEACHER, people.p).status_code == 200
    assert give(people.anna, "", people.p).status_code == 200
    assert people.anna.memberships.count() == 1
    assert give(people.anna, Role.TEACHER, people.site_a).status_code == 302
    assert people.anna.memberships.count() == 2


def test_nothing_is_deleted_there(people, admin):
    for row in (people.anna, people.site_a, people.anna.memberships.get()):
        page = f"/beheer/access/{row._meta.model_name}/{row.pk}/delete/"
        assert admin.post(page, {"post": "yes"}).status_code == 403
    assert Organisation.objects.count() == 7


# --- Roles and permissions ------------------------------------------------------------------------


def test_roles_and_links_have_the_permissions_that_were_agreed():
    sees = {role for role, info in ROLES.items() if Permission.PUPIL_VIEW in info.permissions}
    assert sees <= SEES_CHILDREN
    figures = {Permission.PAGE_VIEW, Permission.FIGURES_VIEW, Permission.MEETING_VIEW}
    assert ROLES[Role.PARTNERSHIP].permissions == figures
    assert ROLES[Role.MUNICIPAL_ADVISER].permissions == figures | {Permission.MEETING_CHANGE}
    assert ROLES[Role.ADMINISTRATOR].permissions == {
        Permission.PAGE_VIEW,
        Permission.ACCOUNTS_CHANGE,
    }
    assert not any(Permission.LINK_ANSWER in info.permissions for info in ROLES.values())


def test_an_actor_knows_organisations_by_role(people):
    add_role(people.anna, Role.TEACHER, people.site_b)
    anna = Actor.for_user(people.anna)
    assert anna.organisations(Role.SCHOOL_COORDINATOR) == [people.site_a]
    assert anna.organisations(Role.TEACHER) == [people.site_b]
    assert anna.organisations(Role.CARE_WORKER) == []
    assert anna.ids(Role.CARE_WORKER, "providers") == ()
    assert anna.label == "Anna"
    assert "user" in repr(anna)
    assert Actor.system("nightly").may(Permission.PUPIL_VIEW)
    assert Actor.system("nightly").label == "nightly"
    assert str(people.anna.memberships.order_by("valid_from")[0])
