"""Whose case is whose, and the second wall around everything of support."""

from django.db import migrations

from oja.access.operations import IdentitySet, RowSecurity

RELATION = (
    "SELECT DISTINCT r.{column} FROM public.support_treatmentrelation r"
    " WHERE r.user_id = oja.current_user_id() AND r.{column} IS NOT NULL"
    " AND r.provider_id = ANY (oja.ids_providers($1))"
    " AND r.valid_from <= oja.today()"
    " AND (r.valid_until IS NULL OR r.valid_until > oja.today())"
)


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0001_initial"),
        ("schools", "0002_row_security"),
        ("providers", "0002_row_security"),
    ]

    operations = [
        IdentitySet("caseload", sql=RELATION.format(column="trajectory_id")),
        IdentitySet("caseload_pupils", sql=RELATION.format(column="pupil_id")),
        IdentitySet("caseload_families", sql=RELATION.format(column="family_id")),
        RowSecurity(
            "CareNote",
            rules=[
                ("care_worker", "trajectory_id", "caseload", "rc", None),
            ],
            fixed=["trajectory", "provider", "contact", "text", "author"],
            bound={"trajectory": ["provider"], "contact": ["trajectory"]},
            force=True,
        ),
        RowSecurity(
            "Closing",
            rules=[
                ("care_worker", "trajectory_id", "caseload", "rc", None),
                ("provider_manager", "provider_id", "providers", "rc", None),
            ],
            fixed=["trajectory", "provider"],
            bound={"trajectory": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "Consent",
            rules=[
                ("school_coordinator", "school_site", "sites", "rcu", None),
                ("care_worker", "trajectory_id", "caseload", "rcu", None),
                ("provider_manager", "care_provider", "providers", "r", None),
                ("link", "id", "link_target", "r", None),
            ],
            fixed=["pupil", "purpose", "request", "guardian", "site"],
            bound={"request": ["site", "pupil"], "trajectory": ["provider"], "guardian": ["pupil"]},
            force=True,
        ),
        RowSecurity(
            "ConsentAnswer",
            rules=[
                ("link", "link_id", "link", "rc", None),
            ],
            fixed=["consent", "link", "answer", "at"],
            bound={},
            force=True,
        ),
        RowSecurity(
            "Contact",
            rules=[
                ("care_worker", "trajectory_id", "caseload", "rcu", None),
                ("provider_manager", "provider_id", "providers", "r", None),
            ],
            fixed=["trajectory", "provider"],
            bound={"trajectory": ["provider"], "provision": ["trajectory"], "worker": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "Family",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
                ("care_worker", "id", "caseload_families", "r", None),
            ],
            fixed=["household", "provider"],
            bound={"regisseur": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "FamilyMember",
            rules=[
                ("provider_manager", "provider_id", "providers", "rc", None),
                ("care_worker", "family_id", "caseload_families", "r", None),
            ],
            fixed=["family", "pupil", "provider"],
            bound={"family": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "Goal",
            rules=[
                ("school_coordinator", "shared_site", "sites", "r", "shared_until"),
                ("care_worker", "trajectory_id", "caseload", "rcud", None),
                ("provider_manager", "provider_id", "providers", "rcud", None),
            ],
            fixed=["plan", "trajectory", "provider"],
            bound={"plan": ["trajectory", "provider"], "trajectory": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "Plan",
            rules=[
                ("care_worker", "trajectory_id", "caseload", "rcu", None),
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["trajectory", "provider"],
            bound={"trajectory": ["provider", "family"]},
            force=True,
        ),
        RowSecurity(
            "PlanAgreement",
            rules=[
                ("care_worker", "trajectory_id", "caseload", "rc", None),
                ("provider_manager", "provider_id", "providers", "rc", None),
            ],
            fixed=["plan", "trajectory", "provider", "guardian"],
            bound={"plan": ["trajectory", "provider"], "trajectory": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "Provision",
            rules=[
                ("school_coordinator", "shared_site", "sites", "r", "shared_until"),
                ("care_worker", "trajectory_id", "caseload", "rcu", None),
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["trajectory", "provider"],
            bound={"trajectory": ["provider"], "worker": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "RequestEvent",
            rules=[
                ("school_coordinator", "site_id", "sites", "rc", None),
                ("provider_manager", "shared_provider", "providers", "rc", "shared_until"),
            ],
            fixed=["request", "site"],
            bound={"request": ["site"]},
            force=True,
        ),
        RowSecurity(
            "SchoolNote",
            rules=[
                ("school_coordinator", "shared_site", "sites", "r", "shared_until"),
                ("teacher", "shared_group", "groups", "r", "shared_until"),
                ("care_worker", "trajectory_id", "caseload", "rcu", None),
            ],
            fixed=["trajectory", "provider", "contact", "pupil", "site", "text", "author"],
            bound={"trajectory": ["provider", "pupil", "site"], "contact": ["trajectory"]},
            force=True,
        ),
        RowSecurity(
            "SupportRequest",
            rules=[
                ("school_coordinator", "site_id", "sites", "rcud", None),
                ("provider_manager", "shared_provider", "providers", "ru", "shared_until"),
                ("care_worker", "queue_provider", "providers", "r", "shared_until"),
                ("care_worker", "shared_pupil", "caseload_pupils", "r", "shared_until"),
            ],
            fixed=["site"],
            bound={"pupil": ["site"]},
            force=True,
        ),
        RowSecurity(
            "Trajectory",
            rules=[
                ("school_coordinator", "shared_site", "sites", "r", "shared_until"),
                ("care_worker", "id", "caseload", "ru", None),
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["request", "pupil", "provider"],
            bound={
                "request": ["site", "pupil", "provider"],
                "family": ["provider"],
                "regisseur": ["provider"],
            },
            force=True,
        ),
        RowSecurity(
            "TrajectoryEvent",
            rules=[
                ("care_worker", "trajectory_id", "caseload", "rc", None),
                ("provider_manager", "provider_id", "providers", "rc", None),
            ],
            fixed=["trajectory", "provider"],
            bound={"trajectory": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "TreatmentRelation",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
                ("care_worker", "user_id", "self", "r", None),
            ],
            fixed=["user", "worker", "trajectory", "pupil", "provider"],
            bound={"trajectory": ["provider", "pupil"], "worker": ["provider"]},
            force=False,
        ),
        # These rules need a caseload, which the app of schools does not know.
        RowSecurity(
            "schools.Pupil",
            rules=[
                ("school_coordinator", "site_id", "sites", "rcu", None),
                ("provider_manager", "shared_with_id", "providers", "r", "shared_until"),
                ("provider_manager", "client_of_id", "providers", "r", None),
                ("care_worker", "queued_with_id", "providers", "r", "shared_until"),
                ("care_worker", "id", "caseload_pupils", "r", None),
            ],
            fixed=["site", "case_number"],
            bound={"group": ["site"]},
            force=True,
        ),
        RowSecurity(
            "schools.Guardian",
            rules=[
                ("school_coordinator", "site_id", "sites", "rcu", None),
                ("care_worker", "pupil_id", "caseload_pupils", "r", None),
            ],
            fixed=["pupil"],
            bound={"pupil": ["site"]},
            force=True,
        ),
        RowSecurity(
            "schools.Residence",
            rules=[
                ("school_coordinator", "site_id", "sites", "rcu", None),
                ("care_worker", "pupil_id", "caseload_pupils", "r", None),
            ],
            fixed=["pupil"],
            bound={"pupil": ["site"]},
            force=True,
        ),
    ]
