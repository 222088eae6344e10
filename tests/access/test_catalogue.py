"""What stands in the database is what the code says, and nothing more."""

from django.apps import apps
from django.db import connection, transaction

from oja.access import checks, rowsecurity, scoping
from tests.access.world import MODELS as WORLD

#: Tables without row security, and why.
WITHOUT_ROW_SECURITY = {
    "django_migrations": "no grant to anybody",
    "auth_group": "no grant to anybody",
    "auth_group_permissions": "no grant to anybody",
    "auth_permission": "no grant to anybody",
    "account_emailconfirmation": "no grant to anybody",
    "account_emailaddress": "read by the log-in before anybody is known",
    "django_content_type": "names of models",
    "django_session": "found by a random key before anybody is known",
    "oja_cache": "counts attempts, no persons",
}
#: What the application may call, and why. Nothing else works with other rights than its own.
CALLED_BY_THE_APPLICATION = {
    "today": "the date",
    "current_user_id": "who acts",
    "current_link_id": "who acts",
    "has_role": "only about who acts",
    "refuse_change": "a trigger",
    "open_link": "finds a link by its code",
    "check_link": "compares a birth date, five times at most",
    "revoke_links": "closes doors only",
    "providers_register_third": "a manager adds a third party to the open register, nothing else",
    "providers_managers": "names of the managers, told to a manager of the same provider",
    "support_purchase_givers": "keys of who must agree, for the own bought care",
    "undo_pupil_import": "takes back an own import of the last week, on which nothing was built",
    "own_help": "minutes per month and kind of help of the own provider, no child",
    "budget_totals": "sums of a budget, for those who work for that provider",
    "case_payer": "the municipality that pays for a trajectory that the caller may see",
    "support_session_marks": "how many were marked at a session of the own provider, no child",
    "open_survey_link": "makes the link of an invitation that the caller may see",
    "survey_pool": "sealed answers of the round of the own link",
    "send_survey": "puts the answers of the own link into the box",
    "survey_results": "sums of the own organisation, from five answers on",
    "survey_remarks": "remarks without a name for the own manager, from five answers on",
    "keep_lost_text": "adds a draft for the author of a form that was signed by us",
}


def rows(sql, params=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def policies_of(table):
    return rows(
        "SELECT policyname, cmd, roles::text, qual, with_check FROM pg_policies"
        " WHERE tablename = %s ORDER BY policyname",
        [table],
    )


def state_of(table):
    return (
        policies_of(table),
        rows(
            "SELECT relrowsecurity, relforcerowsecurity, relacl::text FROM pg_class"
            " WHERE oid = %s::regclass",
            [table],
        ),
        rows(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass ORDER BY conname",
            [table],
        ),
        rows(
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY tgname",
            [table],
        ),
    )


def test_every_scoped_table_is_as_its_scope_says(db):
    """Applied once more, with the text that PostgreSQL of this version makes of it."""
    for model in [*scoping.scoped_models(), *WORLD]:
        table = model._meta.db_table
        before = state_of(table)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE oja_owner")
            policy = rowsecurity.policy_of_scope(model)
            sql = rowsecurity.policies(policy)
            if policy.fixed:
                sql += f"DROP TRIGGER {table}_fixed ON {table};"
                sql += rowsecurity.fixed_columns(table, policy.fixed)
            for key, parent, parent_key, columns in policy.bound:
                make, drop = rowsecurity.bind(table, key, parent, parent_key, columns)
                sql += drop + make
            cursor.execute(sql)
            cursor.execute("RESET ROLE")
            after = state_of(table)
            transaction.set_rollback(True)
        assert after == before, table


def test_every_table_has_row_security_or_a_reason(db):
    found = dict(
        rows(
            "SELECT relname, relrowsecurity FROM pg_class"
            " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
    )
    assert {name for name, guarded in found.items() if not guarded} == set(WITHOUT_ROW_SECURITY)
    ours = {model._meta.db_table for model in checks.our_models() if model._meta.managed}
    assert ours <= found.keys() - WITHOUT_ROW_SECURITY.keys()


def test_row_security_is_forced_but_where_the_identity_functions_read(db):
    loose = {
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity"
            " AND NOT relforcerowsecurity AND relnamespace = 'public'::regnamespace"
        )
    }
    granting = {m._meta.db_table for m in scoping.scoped_models() if scoping.scope_of(m).grants}
    assert loose == granting | {
        "access_user",
        "access_organisation",
        "access_membership",
        "access_onetimelink",
        # who takes part in which arrangement
        "providers_arrangement",
        "providers_participation",
        "providers_participatingmunicipality",
        "schools_municipality",
        "world_treatment",
    }


#: What was published, and the only tables that the role of published figures may read.
PUBLISHED = {"monitor_snapshot", "monitor_snapshotindicator", "monitor_figure"}
#: Besides those: what the partners talk about. No other table names who sees figures only.
ABOUT_FIGURES = PUBLISHED | {
    "monitor_agendapoint",
    "monitor_meeting",
    "monitor_participant",
    "monitor_interpretation",
    "monitor_decision",
    "monitor_actionpoint",
}


def test_a_policy_is_for_one_of_two_roles(db):
    found = rows(
        "SELECT DISTINCT roles::text FROM pg_policies WHERE policyname <> 'figures_select'"
    )
    assert {roles for (roles,) in found} == {"{oja_app}", "{oja_system}"}
    assert set(
        rows(
            "SELECT tablename, roles::text, cmd, qual FROM pg_policies"
            " WHERE policyname = 'figures_select'"
        )
    ) == {
        (table, "{oja_figures}", "SELECT", "(published_arrangement_id IS NOT NULL)")
        for table in PUBLISHED
    }


def test_nobody_else_has_a_right_on_a_table(db):
    found = rows(
        "SELECT DISTINCT grantee FROM information_schema.role_table_grants"
        " WHERE table_schema IN ('public', 'oja') AND grantee <> 'oja_owner'"
    )
    assert {name for (name,) in found} <= {"oja_app", "oja_system", "oja_figures"}
    assert not rows(
        "SELECT FROM information_schema.role_table_grants"
        " WHERE table_schema = 'oja' AND grantee <> 'oja_owner'"
    )
    assert not rows(
        "SELECT FROM information_schema.role_table_grants WHERE privilege_type IN"
        " ('TRUNCATE', 'REFERENCES', 'TRIGGER') AND grantee IN ('oja_app', 'oja_system')"
    )


def test_the_municipality_has_no_route_to_a_person(db):
    """Its role may select published figures only, and its people read no other table."""
    assert set(
        rows(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = 'oja_figures'"
        )
    ) == {(table, "SELECT") for table in PUBLISHED}
    for model in scoping.scoped_models():
        roles = {rule.role for rule in scoping.scope_of(model).rules}
        assert "administrator" not in roles, model
        if roles & {"municipal_adviser", "partnership"}:
            assert model._meta.db_table in ABOUT_FIGURES, model


def test_the_read_log_is_added_to_and_nothing_else(db):
    for table in ("access_readlog", "access_accessevent"):
        assert rows(
            "SELECT privilege_type FROM information_schema.role_table_grants"
            " WHERE table_name = %s AND grantee = 'oja_app'",
            [table],
        ) == [("INSERT",)]


def test_every_function_with_other_rights_is_known(db):
    found = rows(
        "SELECT p.proname, pg_get_userbyid(p.proowner), COALESCE(p.proconfig, '{}'),"
        " has_function_privilege('oja_app', p.oid, 'EXECUTE')"
        " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    )
    sets = {f"ids_{name}" for name in scoping.SETS}
    for name, owner, settings, callable_by_app in found:
        (path,) = [s for s in settings if s.startswith("search_path=")]
        assert path.endswith("pg_temp"), name
        if owner == "oja_owner":
            assert name in sets | {
                "identity_subject",
                "current_user_id",
                "current_link_id",
                "has_role",
            }
        else:
            assert owner == "oja_system", name
        if callable_by_app:
            assert name in sets | CALLED_BY_THE_APPLICATION.keys(), name


def test_no_function_is_for_everybody(db):
    """PUBLIC may run functions by default; those of the schema oja are given one by one."""
    assert not rows(
        "SELECT p.proname FROM pg_proc p, aclexplode(COALESCE(p.proacl,"
        " acldefault('f', p.proowner))) AS given"
        " WHERE p.pronamespace = 'oja'::regnamespace AND p.prosecdef AND given.grantee = 0"
    )


def test_no_function_is_marked_leakproof_and_no_view_hides_rows(db):
    assert not rows(
        "SELECT FROM pg_proc WHERE proleakproof AND pronamespace IN"
        " ('oja'::regnamespace, 'public'::regnamespace)"
    )
    views = rows(
        "SELECT relname, relkind = 'v' AND 'security_invoker=true' = ANY (reloptions)"
        " FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    )
    assert views == [("support_spending", True)], "a view reads with the rights of its reader"


def test_the_roles_have_no_power_of_their_own(db):
    for role, bypass, superuser in rows(
        "SELECT rolname, rolbypassrls, rolsuper FROM pg_roles"
        " WHERE rolname IN ('oja_app', 'oja_system', 'oja_web', 'oja_owner', 'oja_figures')"
    ):
        assert not bypass, role
        assert not superuser, role
    for schema, role in (("public", "oja_app"), ("oja", "oja_app"), ("public", "oja_web")):
        assert rows(f"SELECT has_schema_privilege('{role}', '{schema}', 'CREATE')") == [(False,)]
    assert not rows(
        "SELECT FROM pg_class WHERE pg_get_userbyid(relowner) IN ('oja_app', 'oja_web')"
    )


def test_every_open_model_says_why():
    known = {model._meta.label for model in apps.get_models()}
    for label, reason in scoping.OPEN_MODELS.items():
        assert label in known
        assert len(reason) > 10
