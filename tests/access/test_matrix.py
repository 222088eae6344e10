"""Who may do what to which rows, as data: model by role, own or foreign.

The letters are what a role may do with its *own* rows (r read, c create, u change, d delete);
with foreign rows nobody may do anything, and a role that is not named may do nothing at all.
What makes a row somebody's own stands in the Scope of the model. The walls are compared on the
rows of a small demo world; a new table without a line here fails.
"""

import datetime as dt
import re
import uuid
from collections import defaultdict

import pytest
from django.db import connection, transaction

from oja.access import scoping
from oja.access.actor import Actor, become
from oja.access.models import Membership, User
from oja.access.permissions import Role
from oja.access.scoping import ANY, CHANGE, LINK, scope_of
from oja.core.periods import today
from oja.demo.register import SiteSize
from oja.demo.world import WorldSize, build_world
from providers.models import Arrangement, Provider
from schools.models import GroupTeacher, Pupil, SchoolGroup
from support.models import SchoolNote, Trajectory
from tests.access import world
from tests.factories.access import OrganisationFactory, member
from tests.factories.groups import a_group_for_everybody
from tests.factories.money import BillFactory, CostImportFactory, OrderFactory
from tests.factories.monitor import (
    ActionPointFactory,
    AgendaPointFactory,
    DecisionFactory,
    InterpretationFactory,
    MeetingFactory,
    ParticipantFactory,
    published,
)
from tests.factories.providers import ArrangementFactory
from tests.factories.pupil_import import PupilFileFactory
from tests.factories.purchases import ChoiceFactory
from tests.factories.survey import SurveyInvitationFactory

ADVISER = Role.MUNICIPAL_ADVISER
PARTNERSHIP = Role.PARTNERSHIP
COORDINATOR = Role.SCHOOL_COORDINATOR
TEACHER = Role.TEACHER
WORKER = Role.CARE_WORKER
MANAGER = Role.PROVIDER_MANAGER

#: Everybody at the table of an arrangement reads what was published there, and talks about it.
PUBLISHED = {ADVISER: "r", PARTNERSHIP: "r", COORDINATOR: "r", MANAGER: "r"}
AT_THE_TABLE = {ADVISER: "rcu", PARTNERSHIP: "r", COORDINATOR: "rcu", MANAGER: "rcu"}

#: The municipality and the partnership are named in lines of the monitor only; the administrator
#: in none.
MATRIX = {
    "monitor.Snapshot": PUBLISHED,
    "monitor.SnapshotIndicator": PUBLISHED,
    "monitor.Figure": PUBLISHED,
    "monitor.Meeting": AT_THE_TABLE,
    "monitor.AgendaPoint": AT_THE_TABLE,
    "monitor.Participant": AT_THE_TABLE,
    "monitor.Interpretation": AT_THE_TABLE,
    "monitor.Decision": AT_THE_TABLE,
    "monitor.ActionPoint": AT_THE_TABLE,
    # The own drafts and searches of whoever is signed in.
    "pages.Draft": {ANY: "rcud"},
    "pages.PersonSearch": {ANY: "rcud"},
    "pages.Submission": {ANY: "rcud"},
    # The school's record of a pupil; the provider sees it after consent.
    "schools.Pupil": {COORDINATOR: "rcu", MANAGER: "r", WORKER: "r"},
    "schools.Guardian": {COORDINATOR: "rcu", WORKER: "r"},
    "schools.Residence": {COORDINATOR: "rcu", WORKER: "r"},
    "schools.Enrolment": {COORDINATOR: "rcu"},
    "schools.AttendanceSpell": {COORDINATOR: "rcu"},
    "schools.PupilImport": {COORDINATOR: "rcu"},
    "schools.ImportedRow": {},
    "schools.SchoolGroup": {COORDINATOR: "rcu", TEACHER: "r"},
    "schools.GroupTeacher": {COORDINATOR: "rcu", TEACHER: "r"},
    # The question of the school; the provider sees it after consent.
    "support.SupportRequest": {COORDINATOR: "rcud", MANAGER: "ru", WORKER: "r"},
    "support.RequestEvent": {COORDINATOR: "rc", MANAGER: "rc"},
    "support.Consent": {COORDINATOR: "rcu", WORKER: "rcu", MANAGER: "r", LINK: "r"},
    "support.ConsentAnswer": {LINK: "rc"},
    # The provider's record; the school sees the shared part of it.
    "support.Trajectory": {COORDINATOR: "r", WORKER: "ru", MANAGER: "rcu"},
    "support.TrajectoryEvent": {WORKER: "rc", MANAGER: "rc"},
    "support.TreatmentRelation": {MANAGER: "rcu", WORKER: "r"},
    "support.Family": {MANAGER: "rcu", WORKER: "r"},
    "support.FamilyMember": {MANAGER: "rc", WORKER: "r"},
    "support.Plan": {WORKER: "rcu", MANAGER: "rcu"},
    "support.PlanAgreement": {WORKER: "rc", MANAGER: "rc"},
    "support.Goal": {COORDINATOR: "r", WORKER: "rcud", MANAGER: "rcud"},
    "support.Provision": {COORDINATOR: "r", WORKER: "rcu", MANAGER: "rcu"},
    "support.Contact": {WORKER: "rcu", MANAGER: "r"},
    "support.SchoolNote": {COORDINATOR: "r", TEACHER: "r", WORKER: "rcu"},
    "support.Closing": {WORKER: "rc", MANAGER: "rc"},
    # Groups: offered by the provider in a school, which sees names and presence.
    "providers.GroupOffer": {COORDINATOR: "r", WORKER: "rcu", MANAGER: "rcu"},
    "providers.GroupWorker": {COORDINATOR: "r", WORKER: "rcu", MANAGER: "rcu"},
    "support.GroupParticipant": {COORDINATOR: "r", WORKER: "rcu", MANAGER: "r"},
    "support.GroupSession": {WORKER: "rcu", MANAGER: "r"},
    "support.Attendance": {COORDINATOR: "r", WORKER: "rcu", MANAGER: "r"},
    "support.CollectiveWork": {COORDINATOR: "r", WORKER: "rcu", MANAGER: "rcu"},
    # Bought care: the provider's; the school gets a row of its own, parents answer by link.
    "providers.ThirdPartyContract": {MANAGER: "rcu", WORKER: "r"},
    "support.Subcontract": {WORKER: "rcu", MANAGER: "rcu"},
    "support.SubcontractEvent": {WORKER: "rc", MANAGER: "rc"},
    "support.SubcontractAgreement": {WORKER: "rcu", MANAGER: "r", LINK: "r"},
    "support.SubcontractReply": {LINK: "rc"},
    "support.SchoolAnswer": {COORDINATOR: "ru", WORKER: "rcu", MANAGER: "r"},
    "support.Delivery": {MANAGER: "rcu", WORKER: "r"},
    "support.ChoiceRequest": {WORKER: "rcu", MANAGER: "rcu"},
    # Money: the manager alone.
    "providers.Subsidy": {MANAGER: "rcu"},
    "providers.BonusMalus": {MANAGER: "rcu"},
    "providers.Advance": {MANAGER: "rcu"},
    "providers.Budget": {MANAGER: "rcu"},
    "providers.BudgetPart": {MANAGER: "rcu"},
    "providers.HourRate": {MANAGER: "rcu"},
    "support.CostLine": {MANAGER: "rcu"},
    "support.Commitment": {MANAGER: "rcu"},
    "support.ExternalCost": {MANAGER: "rcu"},
    "support.CostImport": {MANAGER: "rcu"},
    "support.ClosedMonth": {MANAGER: "rc"},
    # Satisfaction: who was invited; answers are read by nobody, a link keeps its unfinished one.
    "support.SurveyInvitation": {WORKER: "rcu", MANAGER: "rcu"},
    "support.SurveyRound": {LINK: "r"},
    "support.SurveyProgress": {LINK: "rcud"},
    "support.SealedSheet": {},
    "support.AnswerSheet": {},
    # Care only: not the school, not the manager.
    "support.CareNote": {WORKER: "rc"},
}
#: The treatment relation ends with the closing, so few workers still see one.
MAY_BE_EMPTY = {("support.Closing", WORKER)}
#: Before anything that the demo world publishes or talks about.
LONG_AGO = dt.date(2019, 1, 15)
VERBS = {"r": "SELECT", "c": "INSERT", "u": "UPDATE", "d": "DELETE"}


def real_models():
    return [model for model in scoping.scoped_models() if model not in world.MODELS]


def test_every_table_with_a_scope_stands_in_the_matrix():
    assert {model._meta.label for model in real_models()} == MATRIX.keys()


def test_who_sees_figures_only_is_named_where_nobody_is_a_child():
    persons = [roles for label, roles in MATRIX.items() if not label.startswith("monitor.")]
    named = {role for roles in persons for role in roles}
    assert named == {COORDINATOR, TEACHER, WORKER, MANAGER, ANY, LINK}


@pytest.mark.parametrize("label", MATRIX)
def test_the_scopes_say_what_the_matrix_says(label):
    (model,) = [m for m in real_models() if m._meta.label == label]
    said = defaultdict(set)
    for rule in scope_of(model).rules:
        said[rule.role] |= set(rule.letters)
    assert said == {role: set(letters) for role, letters in MATRIX[label].items()}


def test_the_database_says_what_the_matrix_says(db):
    """Read from the policies themselves: which role's sets let a row through, per verb."""
    for model in real_models():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT cmd, qual, with_check FROM pg_policies"
                " WHERE tablename = %s AND 'oja_app' = ANY (roles)",
                [model._meta.db_table],
            )
            policies = cursor.fetchall()
            cursor.execute(
                "SELECT privilege_type FROM information_schema.role_table_grants"
                " WHERE table_name = %s AND grantee = 'oja_app'",
                [model._meta.db_table],
            )
            granted = {verb for (verb,) in cursor.fetchall()}
        expected = MATRIX[model._meta.label]
        assert [len(policies), {verb for verb, _, _ in policies}] == [4, set(VERBS.values())]
        for letter, verb in VERBS.items():
            roles = {role for role, letters in expected.items() if letter in letters}
            for _, *conditions in (p for p in policies if p[0] == verb):
                for condition in filter(None, conditions):
                    found = set(re.findall(r"oja\.ids_\w+\('(\w+)'", condition))
                    assert found == roles, (model, verb)
                    assert found or condition == "false"
            assert (verb in granted) == bool(roles), (model, verb)


def rows_seen_alone(model):
    """What the second wall alone lets read, for whoever acts now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [model._meta.db_table])
        if cursor.fetchone() == (False,):  # no role may read this table
            return set()
    return set(model.objects.order_by().values_list("pk", flat=True))


def rows_that_may_change(actor, model):
    """What the second wall alone lets change. Locking asks for it without firing a trigger."""
    table = model._meta.db_table
    with become(actor), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'UPDATE')", [table])
        if cursor.fetchone() == (False,):  # no role may change this table
            return set()
        cursor.execute(f"SELECT id FROM {table} FOR NO KEY UPDATE")
        return {key for (key,) in cursor.fetchall()}


TWO_SCHOOLS = WorldSize(
    sites=(
        SiteSize("De Wissel", "sbo", "Vlechtwerk", 24, (6, 12), ("4a", "6b"), "Anna de Vries", 0.4),
        SiteSize("Het Baken", "so", "Kiemkracht", 24, (6, 12), ("4a", "6b"), "Dirk Postma", 0.4),
    ),
    requests=24,
)


@pytest.fixture
def small_world(db):
    """Two schools with a provider each, made by its people through the actions."""
    made = build_world(seed=7, today=today(), size=TWO_SCHOOLS)
    teacher = User.objects.filter(memberships__role=TEACHER).first()
    for site, user in (("De Wissel", teacher), ("Het Baken", made.people["Dirk Postma"])):
        for group in SchoolGroup.objects.filter(site=made.sites[site]):
            GroupTeacher.objects.get_or_create(
                user=user, group=group, defaults={"site": group.site, "valid_from": today()}
            )
    for site in made.sites.values():
        PupilFileFactory(site=site)
    for provider in Provider.objects.filter(kind=Provider.Kind.LEAD):
        CostImportFactory(provider=provider)
    for trajectory in Trajectory.objects.all():
        SurveyInvitationFactory(trajectory=trajectory)
        ChoiceFactory(trajectory=trajectory)
    a_group_for_everybody(Trajectory.objects.open())
    for trajectory in Trajectory.objects.open():
        home = trajectory.request.municipality
        BillFactory(
            subcontract=OrderFactory(trajectory=trajectory, municipality=home, ordered=True)
        )
    # The demo world has messages for the school, of which a teacher reads the agreements only.
    for note in SchoolNote.objects.exclude(shared_site=None):
        note.pk, note.kind = uuid.uuid4(), "agreement"
        note.save(force_insert=True)
    two_tables()
    return made


def two_tables():
    """Published figures and a meeting of the arrangement here, and of another one elsewhere."""
    for role, kind in ((ADVISER, "municipality"), (PARTNERSHIP, "partnership")):
        if not User.objects.filter(memberships__role=role).exists():
            member(role, OrganisationFactory(kind=kind), f"Somebody of a {kind}")
    here, elsewhere = Arrangement.objects.get(), ArrangementFactory(name="OJA elders")
    at = {one.role: one.organisation for one in Membership.objects.select_related("organisation")}
    paying = here.municipalities.select_related("municipality").first().municipality
    paying.organisation, here.partnership = at[ADVISER], at[PARTNERSHIP]
    paying.save()
    here.save()
    for arrangement in (here, elsewhere):
        snapshot = published(arrangement, reference_date=LONG_AGO)
        meeting = MeetingFactory(arrangement=arrangement, snapshot=snapshot, on=LONG_AGO)
        for part in (
            ParticipantFactory,
            AgendaPointFactory,
            InterpretationFactory,
            DecisionFactory,
            ActionPointFactory,
        ):
            part(meeting=meeting)


def test_in_a_world_with_rows_both_walls_say_the_same_to_everybody(small_world):
    seen = defaultdict(set)  # (model, role) -> verbs that worked on an own row
    foreign = set()  # (model, role) with rows that stayed out of sight
    for user in User.objects.filter(memberships__isnull=False).distinct():
        actor = Actor.for_user(user)
        for model in real_models():
            label = model._meta.label
            letters = set().union(*(MATRIX[label].get(role, "") for role in (*actor.roles, ANY)))
            every = set(model.objects.values_list("pk", flat=True))
            own = set(model.objects.visible_to(actor).values_list("pk", flat=True))
            changeable = set(model.objects.visible_to(actor, CHANGE).values_list("pk", flat=True))
            with become(actor):
                alone = rows_seen_alone(model)
                both = set(model.objects.visible_to(actor).values_list("pk", flat=True))
            assert alone == own, (label, user)
            assert both == own, (label, user, "an order or filter joins rows out of sight")
            assert rows_that_may_change(actor, model) == changeable, (label, user)
            assert not own or "r" in letters, (label, user)
            assert not changeable or "u" in letters, (label, user)
            for role in actor.roles if len(actor.roles) == 1 else ():
                seen[label, role] |= {"r"} if own else set()
                seen[label, role] |= {"u"} if changeable else set()
                if every - own:
                    foreign.add((label, role))
    missing = [
        (label, role.value)
        for label, roles in MATRIX.items()
        for role, letters in roles.items()
        if role not in (ANY, LINK)
        and (label, role) not in MAY_BE_EMPTY
        and (not seen[label, role] >= set(letters) & {"r", "u"} or (label, role) not in foreign)
    ]
    assert missing == [], "no row of this kind in the world: the comparison proves nothing"
    for label, roles in MATRIX.items():
        for role in {ADVISER, PARTNERSHIP, Role.ADMINISTRATOR} - roles.keys():
            assert not seen[label, role]
    a_planted_hole_is_found()


def a_planted_hole_is_found():
    """The comparison above would notice a policy that lets too much through."""
    actor = Actor.for_user(User.objects.filter(memberships__role=COORDINATOR).first())
    own = Pupil.objects.visible_to(actor).count()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE oja_owner")
        cursor.execute("DROP POLICY app_select ON schools_pupil")
        cursor.execute(
            "CREATE POLICY app_select ON schools_pupil FOR SELECT TO oja_app USING (true)"
        )
        cursor.execute("RESET ROLE")
        with become(actor):
            assert Pupil.objects.count() > own
        transaction.set_rollback(True)
