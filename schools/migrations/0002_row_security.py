"""The second wall around the records of pupils. Rules with a caseload follow in a later app,
which knows what a caseload is."""

from django.db import migrations

from oja.access.operations import IdentitySet, OpenTable, RowSecurity

KEEPS = ("school_coordinator", "site_id", "sites", "rcu", None)


class Migration(migrations.Migration):
    dependencies = [("schools", "0001_initial"), ("access", "0002_row_security")]

    operations = [
        OpenTable("Municipality", may="rcu"),
        OpenTable("SchoolBoard", may="rcu"),
        OpenTable("School", may="rcu"),
        OpenTable("SchoolSite", may="rcu"),
        OpenTable("Holiday", may="rcud"),
        OpenTable("SiteChange", may="rc"),
        OpenTable("ImportRun", may="r"),
        IdentitySet(
            "groups",
            sql=(
                "SELECT t.group_id FROM public.schools_groupteacher t"
                " JOIN public.access_membership m ON m.user_id = t.user_id"
                " AND m.organisation_id = t.site_id AND m.role = $1"
                " WHERE t.user_id = oja.current_user_id()"
                " AND t.valid_from <= oja.today()"
                " AND (t.valid_until IS NULL OR t.valid_until > oja.today())"
                " AND m.valid_from <= oja.today()"
                " AND (m.valid_until IS NULL OR m.valid_until > oja.today())"
            ),
        ),
        RowSecurity(
            "SchoolGroup",
            rules=[KEEPS, ("teacher", "id", "groups", "r", None)],
            fixed=["site"],
        ),
        RowSecurity(
            "GroupTeacher",
            rules=[KEEPS, ("teacher", "user_id", "self", "r", None)],
            fixed=["site", "group", "user"],
            bound={"group": ["site"]},
            force=False,
        ),
        RowSecurity(
            "Pupil",
            rules=[
                KEEPS,
                ("provider_manager", "shared_with_id", "providers", "r", "shared_until"),
                ("provider_manager", "client_of_id", "providers", "r", None),
                ("care_worker", "queued_with_id", "providers", "r", "shared_until"),
            ],
            fixed=["site", "case_number"],
            bound={"group": ["site"]},
        ),
        RowSecurity("Guardian", rules=[KEEPS], fixed=["pupil"], bound={"pupil": ["site"]}),
        RowSecurity("Residence", rules=[KEEPS], fixed=["pupil"], bound={"pupil": ["site"]}),
        RowSecurity("Enrolment", rules=[KEEPS], fixed=["pupil"], bound={"pupil": ["site"]}),
    ]
