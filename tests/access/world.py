"""Tables that exist in these tests only: a case, its notes, and who treats it.

They have every kind of rule, so that the walls are tested whatever the real models look like.
"""

import uuid
from dataclasses import replace
from types import SimpleNamespace

from django.db import connection, models

from oja.access import rowsecurity
from oja.access.operations import IdentitySet, RowSecurity
from oja.access.permissions import Role
from oja.access.scoping import (
    ANY,
    CHANGE,
    CREATE,
    DELETE,
    LINK,
    READ,
    NamedSet,
    Rule,
    ScopedModel,
    ScopedQuerySet,
    Today,
    scope_of,
)
from oja.core.models import BaseModel

CASELOAD_SQL = (
    "SELECT t.case_id FROM public.world_treatment t WHERE t.user_id = oja.current_user_id()"
    " AND (t.until IS NULL OR t.until > oja.today())"
)


def caseload(actor, role):
    rows = Treatment.objects.filter(user=actor.user_id)
    rows = rows.filter(models.Q(until=None) | models.Q(until__gt=Today()))
    return rows.order_by("case_id").values_list("case_id", flat=True)


#: Lent to the scopes during a test only: the checks of the house must not meet it elsewhere.
CASELOAD = NamedSet("world_caseload", CASELOAD_SQL, caseload)


class CaseQuerySet(ScopedQuerySet):
    pass


class Case(ScopedModel, BaseModel):
    site = models.UUIDField()
    provider = models.UUIDField(null=True)
    shared_site = models.UUIDField(null=True)
    shared_until = models.DateField(null=True)
    name = models.CharField(max_length=50, unique=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        app_label = "world"
        db_table = "world_case"

    class Scope:
        rules = (
            Rule(Role.SCHOOL_COORDINATOR, "site", "sites", may=(READ, CREATE, CHANGE)),
            Rule(Role.TEACHER, "shared_site", "sites", until="shared_until"),
            Rule(Role.PROVIDER_MANAGER, "provider", "providers", may=(READ, CHANGE)),
            Rule(Role.CARE_WORKER, "id", "world_caseload", may=(READ, CHANGE)),
            Rule(LINK, "id", "link_target"),
        )
        fixed = ("site",)
        own = {
            "site": "a case begins at a school",
            "provider": "chosen on the case",
            "shared_site": "kept by a trigger",
        }


class Treatment(ScopedModel, BaseModel):
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="treatments")
    provider = models.UUIDField()
    user = models.UUIDField(db_column="user_id")
    until = models.DateField(null=True)

    class Meta:
        app_label = "world"
        db_table = "world_treatment"

    class Scope:
        rules = (
            Rule(ANY, "user", "self"),
            Rule(
                Role.PROVIDER_MANAGER,
                "provider",
                "providers",
                may=(READ, CREATE, CHANGE, DELETE),
            ),
        )
        bound = {"case": ("provider",)}
        own = {"user": "whom the manager names"}
        grants = True


class Note(ScopedModel, BaseModel):
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(max_length=50)

    class Meta:
        app_label = "world"
        db_table = "world_note"

    class Scope:
        rules = (
            Rule(Role.CARE_WORKER, "case", "world_caseload", may=(READ, CREATE)),
            Rule(LINK, "case", "link_target", may=(CREATE,)),
        )
        own = {"case": "a note names its case"}


MODELS = (Case, Treatment, Note)
_STATE = SimpleNamespace(
    apps=SimpleNamespace(get_model=lambda app, name: {m._meta.model_name: m for m in MODELS}[name])
)


def operation_of(model):
    """The operation that a migration of this model would have."""
    policy = rowsecurity.as_operation(model)
    return eval(policy, {"RowSecurity": RowSecurity})


def create_tables():
    """Make the tables as the owner of the house would in a migration."""
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    with connection.schema_editor() as editor:
        IdentitySet("world_caseload", sql=CASELOAD_SQL).database_forwards(
            "world", editor, _STATE, _STATE
        )
        for model in MODELS:
            operation_of(model).database_forwards("world", editor, _STATE, _STATE)


def scope_without_log(model):
    """The scope of a model whose reading nobody needs to know of."""
    return replace(scope_of(model), logs_reads=False)


def new_case(**fields):
    """A row, past both walls."""
    fields.setdefault("name", uuid.uuid4().hex)
    fields.setdefault("site", uuid.uuid4())
    return Case.objects.create(**fields)
