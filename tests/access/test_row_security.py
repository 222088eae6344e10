"""The second wall: PostgreSQL alone says the same as visible_to, and what it does in silence."""

import datetime as dt
import random

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from oja.access.actor import Actor, become
from oja.access.links import create_link
from oja.access.models import Membership, Organisation, User
from oja.access.permissions import ROLES, Role
from oja.access.scoping import CHANGE, READ, unscoped
from oja.core.periods import today
from tests.access import world
from tests.access.conftest import LONG_AGO, add_role, refused
from tests.access.world import Case, Note, Treatment

DAY = dt.timedelta(days=1)


def seen_by_wall_one(actor, model, may=READ):
    return set(model.objects.visible_to(actor, may).values_list("pk", flat=True))


def seen_by_wall_two(actor, model):
    with become(actor):
        return set(model.objects.values_list("pk", flat=True))


def changed_by_wall_two(actor, model):
    """The rows that an UPDATE without any filter reaches."""
    with become(actor), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET updated_at = updated_at RETURNING id")
        return {key for (key,) in cursor.fetchall()}


def random_world(seed):
    """Organisations, people with several (also ended) roles, cases, treatments and notes."""
    dice = random.Random(seed)
    where = [
        Organisation.objects.create(kind=kind, name=f"{kind} {n}")
        for kind in ("site", "provider")
        for n in range(3)
    ] + [
        Organisation.objects.create(kind=kind, name=kind)
        for kind in ("municipality", "partnership", "platform")
    ]
    people = []
    for n in range(8):
        user = User.objects.create(
            email=f"u{n}@{seed}.nl", name=f"u{n}", is_active=dice.random() < 0.9
        )
        roles = list(Role)
        dice.shuffle(roles)
        for role in roles[: dice.randint(0, 4)]:
            start = today() + dice.choice([-9, -1, 0, 1]) * DAY
            end = dice.choice([None, None, start, today(), today() + DAY])
            if end is not None and end < start:
                end = start
            place = dice.choice([o for o in where if o.kind == ROLES[role].organisation])
            try:
                with transaction.atomic():
                    add_role(user, role, place, start, end)
            except IntegrityError:
                pass  # an adviser who would see children
        people.append(user)
    sites = [o.pk for o in where if o.kind == "site"]
    providers = [o.pk for o in where if o.kind == "provider"]
    for _ in range(15):
        site = dice.choice(sites)
        case = world.new_case(
            site=site,
            provider=dice.choice([*providers, None]),
            shared_site=dice.choice([site, None]),
            shared_until=dice.choice([None, today() - DAY, today(), today() + DAY]),
        )
        Note.objects.create(case=case, text="secret")
        if case.provider:
            for user in dice.sample(people, 2):
                Treatment.objects.create(
                    case=case,
                    provider=case.provider,
                    user=user.pk,
                    until=dice.choice([None, None, today(), today() + DAY]),
                )
    return people


@pytest.mark.parametrize("seed", range(12))
def test_both_walls_show_the_same_rows_in_any_world(db, seed):
    compared = 0
    for user in random_world(seed):
        actor = Actor.for_user(user)
        for model in world.MODELS:
            assert seen_by_wall_one(actor, model) == seen_by_wall_two(actor, model)
            compared += 1
        # Note has no rule to change, so the application has no such right at all.
        for model in (Case, Treatment):
            reach = seen_by_wall_one(actor, model, CHANGE)
            with transaction.atomic():
                assert reach == changed_by_wall_two(actor, model)
    assert compared == 24


def test_the_walls_agree_about_a_link(people):
    mine, other = world.new_case(), world.new_case()
    link, _ = create_link(
        Actor.for_user(people.anna),
        purpose="share",
        target_id=mine.pk,
        expires_on=today() + DAY,
    )
    actor = Actor.for_link(link)
    assert seen_by_wall_one(actor, Case) == seen_by_wall_two(actor, Case) == {mine.pk}
    with become(actor):
        Note(case=mine, text="answer").save(force_insert=True)
    with refused("row-level security", actor):
        Note(case=other, text="answer").save(force_insert=True)
    for field, value in (("expires_on", today()), ("attempts", 5), ("revoked_at", link.created_at)):
        with transaction.atomic():
            before = getattr(link, field)
            setattr(link, field, value)
            link.save(update_fields=[field])
            actor = Actor.for_link(link)
            assert seen_by_wall_one(actor, Case) == seen_by_wall_two(actor, Case) == set()
            setattr(link, field, before)
            link.save(update_fields=[field])


def test_without_a_role_everything_is_denied_and_without_identity_nothing_is_seen(people):
    world.new_case(site=people.site_a.pk)
    with become(Actor.anonymous()):
        assert Case.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('oja_figures', 'world_case', 'SELECT')")
        assert cursor.fetchone() == (False,)


def test_the_system_sees_every_row(people):
    world.new_case()
    with become(Actor.system("a test")):
        assert Case.objects.count() == 1


def test_the_owner_sees_nothing_of_a_forced_table(people):
    world.new_case()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE oja_owner")
        cursor.execute("SELECT count(*) FROM world_case")
        assert cursor.fetchone() == (0,)
        cursor.execute("RESET ROLE")


def test_an_adviser_who_gained_a_school_by_force_still_sees_no_case_of_it(people):
    """Sets belong to the pair of role and set: organisations of one role serve no other."""
    case = world.new_case(site=people.site_b.pk, shared_site=people.site_b.pk)
    add_role(people.ilse, Role.TEACHER, people.site_b)
    ilse = Actor.for_user(people.ilse)
    assert seen_by_wall_two(ilse, Case) == {case.pk}
    Case.objects.update(shared_site=None)
    assert seen_by_wall_two(ilse, Case) == seen_by_wall_one(ilse, Case) == set()


# --- Writing --------------------------------------------------------------------------------------


def test_nobody_inserts_a_row_for_others(people):
    with become(Actor.for_user(people.anna)):
        Case(site=people.site_a.pk, name="own").save(force_insert=True)
    with refused("row-level security", Actor.for_user(people.anna)):
        Case(site=people.site_b.pk, name="foreign").save(force_insert=True)


def test_an_update_of_foreign_rows_is_silent_so_its_number_counts(people):
    case = world.new_case(site=people.site_b.pk)
    with become(Actor.for_user(people.anna)):
        assert Case.objects.filter(pk=case.pk).update(name="mine") == 0
        with pytest.raises(DatabaseError, match="did not affect any rows"), transaction.atomic():
            case.save(update_fields=["name"])


def test_nobody_deletes_without_the_right(people):
    world.new_case(site=people.site_a.pk)
    with refused("permission denied", Actor.for_user(people.anna)):
        Case.objects.all()._raw_delete("default")


def test_a_fixed_column_never_changes(people):
    case = world.new_case(site=people.site_a.pk)
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(site=people.site_b.pk)
    with refused("never change", Actor.system("a test")):
        Case.objects.filter(pk=case.pk).update(site=people.site_b.pk)


def test_a_copied_key_cannot_differ_from_where_it_came_from(people):
    """A manager may not bind a foreign case to the own provider, and so to the own worker."""
    foreign = world.new_case(site=people.site_b.pk, provider=people.q.pk)
    with refused("bound", Actor.for_user(people.cato)):
        Treatment(case=foreign, provider=people.p.pk, user=people.bas.pk).save(force_insert=True)
    assert seen_by_wall_two(Actor.for_user(people.bas), Case) == set()


def test_a_copied_key_follows_where_it_came_from(people):
    case = world.new_case(provider=people.p.pk)
    row = Treatment.objects.create(case=case, provider=people.p.pk, user=people.bas.pk)
    Case.objects.filter(pk=case.pk).update(provider=people.q.pk)
    row.refresh_from_db()
    assert row.provider == people.q.pk


# --- Silent or misleading under row security ------------------------------------------------------


def test_a_count_counts_what_is_visible(people):
    world.new_case(site=people.site_a.pk)
    world.new_case(site=people.site_b.pk)
    with become(Actor.for_user(people.anna)):
        assert Case.objects.count() == 1


def test_a_join_over_an_invisible_row_drops_the_row(people):
    """Why joins go only along keys whose target every reader of the row may see."""
    case = world.new_case(site=people.site_a.pk)
    with become(Actor.system("a test")):
        Case.objects.filter(pk=case.pk).update(provider=people.q.pk)
        Treatment(case=case, provider=people.q.pk, user=people.els.pk).save(force_insert=True)
    with become(Actor.for_user(people.els)):
        assert Treatment.objects.count() == 1
        assert Treatment.objects.select_related("case").count() == 1
        assert list(Treatment.objects.select_related("case")) == []


def test_a_key_taken_by_an_invisible_row_collides_all_the_same(people):
    """Uniqueness passes validation and then collides."""
    world.new_case(site=people.site_b.pk, name="taken")
    with become(Actor.for_user(people.anna)):
        double = Case(site=people.site_a.pk, name="taken")
        double.full_clean(exclude=["provider", "shared_site", "shared_until"])
        with pytest.raises(IntegrityError, match="duplicate key"), transaction.atomic():
            double.save(force_insert=True)


def test_ignoring_conflicts_gives_rows_that_were_never_stored(people):
    world.new_case(site=people.site_b.pk, name="taken")
    with become(Actor.for_user(people.anna)):
        rows = Case.objects.bulk_create(
            [Case(site=people.site_a.pk, name="taken")], ignore_conflicts=True
        )
        assert not Case.objects.filter(pk=rows[0].pk).exists()


def test_get_or_create_collides_with_a_row_it_cannot_see(people):
    world.new_case(site=people.site_b.pk, name="taken")
    with become(Actor.for_user(people.anna)), pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.get_or_create(name="taken", defaults={"site": people.site_a.pk})


def test_saving_a_row_that_may_not_change_tries_to_insert_it(people):
    case = world.new_case(site=people.site_a.pk, shared_site=people.site_a.pk)
    with become(Actor.for_user(people.ilse)):
        row = Case.objects.get(pk=case.pk)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            row.save()


def test_copy_from_is_refused(people):
    # The raw cursor: Django does not translate the errors of COPY.
    with (
        pytest.raises(psycopg.errors.FeatureNotSupported, match="COPY FROM not supported"),
        become(Actor.for_user(people.anna)),
        connection.cursor() as cursor,
    ):
        cursor.copy("COPY world_case (id) FROM STDIN").__enter__()


def test_locking_reaches_only_rows_that_may_change(people):
    case = world.new_case(site=people.site_a.pk, shared_site=people.site_a.pk)
    lock = {"of": ("self",), "no_key": True}
    with become(Actor.for_user(people.anna)):
        assert Case.objects.select_for_update(**lock).get() == case
    with become(Actor.for_user(people.ilse)):
        assert Case.objects.count() == 1
        assert list(Case.objects.select_for_update(**lock)) == []


def test_sharing_ends_with_the_statement_that_ends_it(people):
    case = world.new_case(site=people.site_a.pk, shared_site=people.site_a.pk)
    ilse = Actor.for_user(people.ilse)
    with become(ilse):
        assert Case.objects.count() == 1
        with unscoped("the system ends it"), become(Actor.system("consent withdrawn")):
            Case.objects.filter(pk=case.pk).update(shared_until=today())
        assert Case.objects.count() == 0


# --- The tables of access themselves --------------------------------------------------------------


def test_only_administrators_see_the_memberships_of_others(people):
    with become(Actor.for_user(people.anna)):
        assert {m.user_id for m in Membership.objects.all()} == {people.anna.pk}
    with become(Actor.for_user(people.fem)):
        assert Membership.objects.count() == 7


def test_nobody_gives_himself_a_role(people):
    with refused("row-level security", Actor.for_user(people.anna)):
        Membership(
            user=people.anna,
            role=Role.SCHOOL_COORDINATOR,
            organisation=people.site_b,
            valid_from=LONG_AGO,
        ).save(force_insert=True)
    with become(Actor.for_user(people.anna)):
        assert Membership.objects.update(organisation=people.site_b) == 0


def test_a_person_changes_the_own_password_and_nothing_else_of_the_account(people):
    with become(Actor.for_user(people.anna)):
        people.anna.set_password("een nieuw geheim")
        people.anna.save(update_fields=["password"])
        assert User.objects.filter(pk=people.dirk.pk).update(password="x") == 0
    for field, value in (("is_staff", True), ("is_active", False), ("email", "x@example.nl")):
        with refused("only an administrator", Actor.for_user(people.anna)):
            User.objects.filter(pk=people.anna.pk).update(**{field: value})
    with become(Actor.for_user(people.fem)):
        assert User.objects.filter(pk=people.anna.pk).update(is_active=False) == 1


def test_names_of_organisations_are_read_by_all_and_changed_by_administrators(people):
    with become(Actor.for_user(people.anna)):
        assert Organisation.objects.count() == 7
        assert Organisation.objects.update(name="x") == 0
    with become(Actor.for_user(people.fem)):
        assert Organisation.objects.filter(pk=people.p.pk).update(name="Nieuw") == 1
