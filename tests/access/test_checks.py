"""The start-up checks: each finds what it is there for."""

from io import StringIO
from types import SimpleNamespace

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import models
from django.http import HttpResponse
from django.urls import include, path

from oja.access import checks, rowsecurity, scoping
from oja.access.decorators import needs
from oja.access.models import Organisation
from oja.access.operations import RowSecurity, SystemFunction
from oja.access.permissions import ROLES, Permission, Role
from oja.access.scoping import READ, Rule, ScopedModel, scope_of
from tests.access.world import Case, Note, Treatment, operation_of


def page(request):
    return HttpResponse()


def ids(messages):
    return [message.id for message in messages]


def test_a_page_says_what_it_needs():
    patterns = [
        path("open/", login_not_required(lambda request: page(request))),
        path("closed/", needs(Permission.PAGE_VIEW)(page)),
        path("deep/", include([path("forgotten/", page)])),
    ]
    found = checks.pages_say_what_they_need(SimpleNamespace(url_patterns=patterns))
    assert ids(found) == ["access.E001"]
    assert "/deep/forgotten/" in found[0].msg


def test_needing_nothing_is_no_need():
    with pytest.raises(TypeError):
        needs()


def test_a_model_has_a_scope_or_a_reason():
    class Loose(models.Model):
        class Meta:
            app_label = "fake"

        def __str__(self):
            return "loose"

    assert ids(checks.models_have_a_scope([Loose, Organisation, Case])) == ["access.E002"]


def test_a_scoped_model_keeps_its_guard_and_names_sets_that_exist():
    class Unguarded(ScopedModel):
        objects = models.Manager()

        class Meta:
            app_label = "fake"

        class Scope:
            rules = (Rule(Role.TEACHER, "id", "nowhere"),)

    assert ids(checks.models_have_a_scope([Unguarded])) == ["access.E002", "access.E002"]


def test_a_scope_is_there_and_has_no_unknown_word():
    class Bare(ScopedModel):
        class Meta:
            app_label = "fake"

    class Typo(ScopedModel):
        class Meta:
            app_label = "fake"

        class Scope:
            rules = ()
            fixd = ("site",)

    for model in (Bare, Typo):
        with pytest.raises(ImproperlyConfigured):
            scope_of(model)


def test_a_role_has_a_description():
    assert checks.roles_are_described(ROLES) == []
    without = {role: info for role, info in ROLES.items() if role != Role.TEACHER}
    assert ids(checks.roles_are_described(without)) == ["access.E003"]


def test_an_access_key_is_bound_or_its_own():
    class Copy(ScopedModel):
        case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
        provider = models.UUIDField()

        class Meta:
            app_label = "fake"

        class Scope:
            rules = (Rule(Role.PROVIDER_MANAGER, "provider", "providers", may=(READ,)),)

    assert ids(checks.access_keys_are_bound([Copy, Case, Treatment, Note])) == ["access.E004"]


def test_the_migrations_agree_with_the_scopes(monkeypatch):
    for model in (Case, Treatment, Note):
        assert operation_of(model).policy(model) == rowsecurity.policy_of_scope(model)
    assert ids(checks.migrations_agree([Case])) == ["access.E005", "access.E005"]
    older = RowSecurity("Case", rules=[])
    monkeypatch.setattr(checks, "migrated", lambda: ({("world", "case"): older}, {}, set()))
    monkeypatch.setattr(scoping, "SETS", {})
    assert ids(checks.migrations_agree([Case])) == ["access.E005"]


def test_the_house_passes_its_own_checks(monkeypatch):
    """Except for the set that these tests registered."""
    monkeypatch.delitem(scoping.SETS, "world_caseload")
    assert [m for m in run_checks() if str(m.id).startswith("access.")] == []


def test_the_command_prints_what_a_model_needs(monkeypatch):
    out = StringIO()
    monkeypatch.setattr(checks, "our_models", lambda: [Case, Organisation])
    call_command("rowsecurity", stdout=out)
    text = out.getvalue()
    assert 'IdentitySet("world_caseload"' in text
    assert 'RowSecurity(\n    "world.Case"' in text
    assert '("teacher", "shared_site", "sites", "r", "shared_until")' in text
    assert "Organisation" not in text
    out = StringIO()
    call_command("rowsecurity", "access.Organisation", stdout=out)
    assert out.getvalue() == 'OpenTable("access.Organisation"),\n'


def test_the_command_for_the_key_says_what_it_did(db):
    out = StringIO()
    call_command("identity_key", stdout=out)
    assert out.getvalue()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: rowsecurity.checked("x; DROP TABLE"),
        lambda: (
            operation_of(Case)
            and RowSecurity("Case", rules=[("boss", "site", "sites", "r", None)]).policy(Case)
        ),
        lambda: RowSecurity("Case", rules=[("teacher", "nope", "sites", "r", None)]).policy(Case),
        lambda: SystemFunction("CREATE FUNCTION oja.x()", "oja.x()"),
        lambda: SystemFunction("CREATE FUNCTION oja.x() SECURITY DEFINER", "oja.x()"),
        lambda: scoping.open_model("a.B", ""),
        lambda: scoping.register_set("self", sql="SELECT something else", ids=list),
    ],
)
def test_a_mistake_in_a_declaration_is_refused(wrong):
    with pytest.raises((ValueError, ImproperlyConfigured)):
        wrong()


def test_long_names_of_constraints_stay_unique():
    names = {rowsecurity.short_name("x" * 60, str(n), "bound") for n in range(9)}
    assert len(names) == 9
    assert max(map(len, names)) == 63


def test_an_order_that_joins_another_table_is_warned_about():
    class Sorted(ScopedModel):
        case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "fake"
            ordering = ("case_id", "-case__name", "case")

        class Scope:
            rules = ()

        def __str__(self):
            return "sorted"

    found = checks.orders_stay_on_the_row([Sorted, Case])
    assert [message.id for message in found] == ["access.W001", "access.W001"]
