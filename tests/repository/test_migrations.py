"""Migrations: complete, named after what they change, each with a way of its own."""

import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

OURS = ("oja", "schools", "providers", "support", "monitor")

#: The last migration of each app in the first release: before it, no release ran that one of
#: these could break. What comes later must leave the code of the release before it working.
FIRST_RELEASE = {
    "access": 4,
    "core": 1,
    "monitor": 4,
    "pages": 2,
    "providers": 7,
    "schools": 5,
    "support": 20,
}


@pytest.fixture
def ours(db):
    loader = MigrationLoader(connection)
    labels = {c.label for c in apps.get_app_configs() if c.name.split(".")[0] in OURS}
    return {key: item for key, item in loader.disk_migrations.items() if key[0] in labels}


def test_every_change_of_a_model_has_its_migration(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_migration_says_in_its_name_what_it_changes(ours):
    nameless = [key for key in ours if not re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", key[1])]
    nameless += [key for key in ours if "auto" in key[1].split("_")]
    assert nameless == []


def test_numbers_follow_each_other(ours):
    for label in {key[0] for key in ours}:
        numbers = sorted(int(name[:4]) for app, name in ours if app == label)
        assert numbers == list(range(1, len(numbers) + 1)), label


def test_a_migration_leaves_the_release_before_it_working(ours):
    linter = MigrationLinter(no_cache=True, no_output=True)
    for (app, name), migration in ours.items():
        if int(name[:4]) > FIRST_RELEASE.get(app, 0):
            linter.lint_migration(migration)
    assert not linter.has_errors, "see oja/docs/how-to/remove-a-column.md"


def test_rate_limits_have_their_table_and_the_rights_to_use_it(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('oja_app', 'oja_cache', 'SELECT, INSERT'),"
            " has_table_privilege('oja_app', 'oja_cache', 'UPDATE'),"
            " has_table_privilege('oja_app', 'oja_cache', 'DELETE'),"
            " has_table_privilege('oja_figures', 'oja_cache', 'SELECT')"
        )
        assert cursor.fetchone() == (True, True, True, False)


def test_the_tables_belong_to_the_role_that_migrates(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tableowner FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        assert cursor.fetchall() == [("oja_owner",)]
