"""One sample or more for every address; sample.py says what its words mean."""

import datetime as dt

from oja.core.periods import today
from tests.pages.house import planned
from tests.pages.sample import EVERYBODY, Sample, move, of, page, post

PUPIL_READERS = "anna bas cato dirk gijs hans joke"
AT_THE_TABLE = "anna cato dirk els hans"
OWN_TABLE = {"ok": "anna cato els", "gone": "dirk hans"}
FOREIGN_SCHOOL = "dirk"
CARE_STRANGERS = "gijs hans joke"
STRANGERS = f"{FOREIGN_SCHOOL} {CARE_STRANGERS}"
#: Before consent: nobody of the provider knows of it.
NOT_SHARED = f"bas cato {STRANGERS}"


def moves_of_requests():
    """Every step of a hulpvraag, at a row where it is possible for whom the table names."""
    strangers = {"gone": "dirk hans joke"}
    unseen = {"gone": NOT_SHARED}
    for slug, path, options in (
        ("indienen", "concept", {"ok": "anna", **unseen}),
        ("terugdraaien", "unshared", {"ok": "anna", **unseen}),
        ("agenda", "queued", {"ok": "anna", **strangers}),
        ("accepteren", "queued", {"refused": "anna", **strangers}),
        ("onderwijs", "queued", {"refused": "anna", **strangers}),
        ("wijkteam", "queued", {"refused": "anna", **strangers}),
        ("elders", "queued", {"refused": "anna", **strangers}),
        ("niet-gefinancierd", "queued", {"refused": "anna", **strangers}),
        ("intrekken", "unshared", {"ok": "anna", **unseen}),
        ("toewijzen", "accepted", {"ok": "cato", **strangers}),
    ):
        yield move("request-move", path, slug, **options)


def moves_of_trajectories():
    """Every step of a trajectory, at help that runs: most do not fit that state."""
    for slug in (
        "intake-plannen",
        "intake-vastleggen",
        "plan-akkoord",
        "hulp-starten",
        "pauzeren",
        "hervatten",
        "plan-vernieuwen",
        "afsluiten",
        "stoppen",
    ):
        possible = slug in ("pauzeren",)
        who = {"ok" if possible else "refused": "bas cato"}
        yield move("trajectory-move", "trajectory", slug, gone=STRANGERS, **who)


def moves_of_purchases():
    """Every step of bought care: at a row where it is possible, or where something is missing."""
    strangers = {"gone": CARE_STRANGERS}
    for slug, path, options in (
        ("versturen", "proposal", {"ok": "bas"}),
        ("goedkeuren", "purchase", {"refused": "cato"}),
        ("bestellen", "purchase", {"refused": "cato"}),
        ("gestart", "ordered", {"ok": "bas cato"}),
        ("herbeoordelen", "ordered", {"refused": "bas cato"}),
        ("beeindigen", "ordered", {"ok": "bas cato"}),
        ("afrekenen", "ordered", {"refused": "cato"}),
        ("afwijzen", "purchase", {"ok": "cato"}),
        ("intrekken", "purchase", {"ok": "bas"}),
        ("goedkeuring-intrekken", "ordered", {"refused": "cato"}),
    ):
        yield move("subcontract-move", path, slug, **options, **strangers)


def for_trajectory(world):
    """A page that begins at a trajectory."""
    return {"traject": str(world.trajectory.pk)}


def one_guardian(world):
    """A guardian of the pupil with help."""
    return str(world.parents[0].pk)


def own_columns(world):
    """The columns of the file of pupils, chosen as they are."""
    fields = ("first_name", "last_name", "birth_date")
    return {f"kolom-{place}": field for place, field in enumerate(fields)}


def cost_columns(world):
    """The columns of the file of bills, chosen as they are."""
    return {f"kolom-{place}": field for place, field in enumerate(COST_COLUMNS)}


def last_month(world):
    """The month that ended last, as the button to close it posts it."""
    first = (today().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    return {"maand": first.isoformat()}


COST_COLUMNS = ("period_start", "referrer", "jz020", "cents", "municipality", "source_ref")
OWN_SCHOOL = {"ok": "anna", "gone": "dirk"}
OWN_CARE = {"ok": "bas cato", "gone": CARE_STRANGERS}
SAMPLES = [
    # For everybody
    page("home"),
    page("glossary", public=True),
    page("glossary-term", args=lambda w: ["hulpvraag"], public=True),
    page("gallery"),
    page("stay", code=204),
    post("draft-save", args=lambda w: ["request-create.x"], ok=EVERYBODY),
    post("draft-discard", args=lambda w: ["request-create.x"], moved=EVERYBODY),
    # Accounts
    page("account_login", ok="", moved=EVERYBODY, public=True),
    page("account_logout", public=True),
    page("account_inactive", public=True),
    page("account_reset_password", public=True),
    page("account_reset_password_done", public=True),
    page("account_reset_password_from_key", args=lambda w: ["1", "set-password"], public=True),
    page("account_reset_password_from_key_done", public=True),
    page("account_change_password"),
    # Pupils
    page("pupil-list", ok=PUPIL_READERS),
    page("pupil-list", query=lambda w: {"zoek": str(w.search)}, slug="search", ok=PUPIL_READERS),
    page("pupil-create", ok="anna dirk"),
    page("pupil-import", ok="anna dirk"),
    Sample("pupil-import-detail", of("pupil_file"), **OWN_SCHOOL),
    Sample("pupil-import-detail", of("read_file"), slug="read", **OWN_SCHOOL),
    post(
        "pupil-import-columns", args=of("pupil_file"), data=own_columns, moved="anna", gone="dirk"
    ),
    post("pupil-import-run", args=of("pupil_file"), moved="anna", gone="dirk"),
    post("pupil-import-undo", args=of("pupil_file"), refused="anna", gone="dirk"),
    post("pupil-import-drop", args=of("pupil_file"), moved="anna", gone="dirk"),
    Sample("pupil-detail", of("pupil"), ok="anna bas cato", gone=STRANGERS),
    Sample("pupil-detail", of("unshared.pupil"), slug="unshared", ok="anna", gone=NOT_SHARED),
    Sample("pupil-edit", of("pupil"), **OWN_SCHOOL),
    Sample("guardian-create", of("pupil"), **OWN_SCHOOL),
    Sample("guardian-edit", lambda w: [w.pupil.pk, w.parents[0].pk], **OWN_SCHOOL),
    Sample("residence-set", of("pupil"), **OWN_SCHOOL),
    Sample("enrolment-create", of("pupil"), **OWN_SCHOOL),
    Sample("enrolment-edit", lambda w: [w.pupil.pk, w.enrolment.pk], **OWN_SCHOOL),
    Sample("enrolment-leave", lambda w: [w.pupil.pk, w.enrolment.pk], **OWN_SCHOOL),
    Sample("enrolment-again", of("pupil"), **OWN_SCHOOL),
    # Absence
    page("attendance-list", ok="anna dirk"),
    page("attendance-tab", args=lambda w: ["alles"], ok="anna dirk"),
    page("attendance-create", ok="anna dirk"),
    Sample(
        "attendance-create",
        query=lambda w: {"leerling": str(w.pupil.pk)},
        slug="pupil",
        **OWN_SCHOOL,
    ),
    *(
        Sample(name, of("spell"), **OWN_SCHOOL)
        for name in ("attendance-detail", "attendance-edit", "attendance-end")
    ),
    Sample("attendance-detail", of("spell_ended"), slug="ended", **OWN_SCHOOL),
    # Requests
    page("request-list", ok=PUPIL_READERS),
    page("request-create", ok="anna dirk"),
    Sample(
        "request-create",
        query=lambda w: {"leerling": str(w.unshared.pupil_id)},
        slug="pupil",
        **OWN_SCHOOL,
    ),
    post("request-pupil-search", data=lambda w: {"naam": "zangvogel"}, ok="anna dirk"),
    post("request-checklist", query=lambda w: {"leerling": str(w.pupil.pk)}, **OWN_SCHOOL),
    Sample("request-detail", of("request"), ok="anna bas cato", gone=STRANGERS),
    Sample(
        "request-detail",
        of("queued"),
        slug="queued",
        ok="anna bas cato gijs",
        gone="dirk hans joke",
    ),
    Sample(
        "request-detail",
        of("accepted"),
        slug="accepted",
        ok="anna bas cato gijs",
        gone="dirk hans joke",
    ),
    Sample("request-detail", of("ended.request"), slug="ended", ok="anna bas cato", gone=STRANGERS),
    Sample("request-detail", of("unshared"), slug="unshared", ok="anna", gone=NOT_SHARED),
    Sample("request-detail", of("concept"), slug="concept", ok="anna", gone=NOT_SHARED),
    Sample("request-edit", of("concept"), **OWN_SCHOOL),
    post("request-discard", args=of("concept"), moved="anna", gone="dirk"),
    *moves_of_requests(),
    # Consent
    Sample(
        "consent-ask",
        of("request"),
        lambda w: {"wie": one_guardian(w)},
        ok="anna bas",
        gone="dirk gijs joke",
    ),
    *(
        Sample(name, of("asked"), ok="anna", gone="dirk bas gijs joke")
        for name in ("consent-record", "consent-link")
    ),
    *(
        Sample(name, of("help_consent"), ok="bas", gone="anna dirk gijs joke")
        for name in ("consent-withdraw", "consent-correct")
    ),
    page("link-open", args=lambda w: [w.token], ok="", moved=EVERYBODY, public=True),
    page("link-check", ok="", gone=EVERYBODY, public=True),
    page("link-answer", ok="", public=True),
    page("link-done", ok="", gone=EVERYBODY, public=True),
    # Help
    page("trajectory-list", ok=PUPIL_READERS),
    Sample("trajectory-detail", of("trajectory"), ok="anna bas cato", gone=STRANGERS),
    Sample("trajectory-detail", of("ended"), slug="ended", ok="anna bas cato", gone=STRANGERS),
    Sample("trajectory-school-view", of("trajectory"), **OWN_CARE),
    Sample("trajectory-plan", of("trajectory"), **OWN_CARE),
    # A manager does not see who the parents are.
    Sample(
        "plan-agreement",
        of("trajectory"),
        lambda w: {"wie": one_guardian(w)},
        ok="bas",
        gone="cato gijs hans joke",
    ),
    Sample("trajectory-consent", of("trajectory"), ok="anna bas cato", gone=STRANGERS),
    Sample("trajectory-scores", of("trajectory"), **OWN_CARE),
    Sample("trajectory-provision", of("trajectory"), **OWN_CARE),
    *moves_of_trajectories(),
    Sample("trajectory-note", of("trajectory"), ok="bas", gone="gijs joke"),
    page("contact-create", ok="bas gijs joke"),
    Sample(
        "contact-create",
        query=lambda w: {"traject": str(w.trajectory.pk)},
        slug="trajectory",
        ok="bas",
        gone="gijs joke",
    ),
    Sample(
        "contact-create",
        query=lambda w: planned(w),
        slug="provision",
        ok="bas",
        gone="gijs joke",
    ),
    Sample("contact-correct", of("contact"), ok="bas", gone="gijs joke"),
    page("survey-list", ok="bas cato gijs hans joke"),
    Sample("survey-invite", of("trajectory"), ok="bas cato", gone=CARE_STRANGERS),
    Sample("survey-link", of("invitation"), ok="bas cato", gone=CARE_STRANGERS),
    Sample("survey-again", of("invitation"), ok="bas cato", gone=CARE_STRANGERS),
    page("survey-start", ok="", gone=EVERYBODY, public=True),
    page("survey-question", args=lambda w: [1], ok="", gone=EVERYBODY, public=True),
    page("survey-check", ok="", gone=EVERYBODY, public=True),
    page("survey-thanks", ok="", gone=EVERYBODY, public=True),
    post("contact-undo", args=of("contact"), refused="bas", gone="gijs joke"),
    post(
        "contact-done",
        data=lambda w: planned(w),
        moved="bas",
        gone="gijs joke",
    ),
    post(
        "contact-missed",
        data=lambda w: {**planned(w), "uitkomst": "no_show"},
        moved="bas",
        gone="gijs joke",
    ),
    # Groups
    page("group-list", ok=PUPIL_READERS),
    page("group-create", ok="bas gijs joke"),
    Sample("group-detail", of("offer"), ok="anna bas cato gijs", gone="dirk hans joke"),
    *(
        Sample(name, of("offer"), ok="bas gijs", gone="joke")
        for name in ("group-edit", "group-close", "group-join")
    ),
    post(
        "group-leave",
        args=lambda w: [w.offer.pk, w.participant.pk],
        moved="bas",
        gone="gijs joke",
    ),
    Sample(
        "group-session",
        lambda w: [w.offer.pk, 1],
        slug="recorded",
        ok="anna bas cato gijs",
        gone="dirk hans joke",
    ),
    Sample("group-session", lambda w: [w.offer.pk, 2], ok="bas", gone="dirk hans joke"),
    post(
        "group-session-undo",
        args=lambda w: [w.offer.pk, 1],
        refused="bas gijs",
        gone="joke",
    ),
    Sample("group-session-correct", lambda w: [w.offer.pk, 1], ok="bas", gone="joke"),
    page("collective-create", ok="bas gijs joke"),
    post("collective-undo", args=of("collective"), moved="bas gijs", gone="joke"),
    # Bought care
    page("subcontract-list", ok="bas cato gijs hans joke"),
    page("subcontract-create", ok="bas gijs joke"),
    *(
        Sample(name, query=for_trajectory, slug="traject", ok="bas", gone="gijs joke")
        for name in ("subcontract-create", "subcontract-effect")
    ),
    Sample("subcontract-detail", of("purchase"), **OWN_CARE),
    Sample("subcontract-detail", of("proposal"), slug="proposal", **OWN_CARE),
    Sample("subcontract-detail", of("ordered"), slug="ordered", **OWN_CARE),
    Sample("subcontract-edit", of("proposal"), ok="bas", gone="gijs joke"),
    *(
        Sample(
            "subcontract-agreement",
            of("purchase"),
            lambda w, more=more: {"wie": one_guardian(w), **more},
            slug=slug,
            ok="bas",
            gone="anna dirk gijs joke",
        )
        for slug, more in (("talk", {}), ("link", {"manier": "link"}))
    ),
    post("subcontract-remind", args=of("purchase"), moved="bas", gone="gijs joke"),
    *moves_of_purchases(),
    Sample("delivery-create", of("ordered"), ok="cato", gone="hans"),
    Sample("delivery-approve", of("bill"), ok="cato", gone="hans"),
    Sample("delivery-refuse", of("bill"), ok="cato", gone="hans"),
    Sample("school-answer", of("school_answer"), **OWN_SCHOOL),
    page("link-subcontract", ok="", public=True),
    *(page(name, ok="cato hans") for name in ("contract-list", "contract-create", "third-create")),
    page("choice-list", ok="bas cato gijs hans joke"),
    Sample("choice-create", query=for_trajectory, **OWN_CARE),
    Sample("choice-detail", of("choice"), **OWN_CARE),
    # Money
    *(page(name, ok="cato hans") for name in ("budget", "budget-lines", "budget-import")),
    page("budget-keep", ok="cato hans"),
    *(
        Sample("budget-record", args=lambda w, what=what: [what], slug=what, ok="cato hans")
        for what in ("subsidie", "voorschot", "budget", "tarief", "bonus-malus")
    ),
    Sample("budget-match", of("external_cost"), ok="cato", gone="hans"),
    Sample("budget-import-detail", of("cost_file"), ok="cato", gone="hans"),
    Sample("budget-import-detail", of("read_cost_file"), slug="read", ok="cato", gone="hans"),
    post(
        "budget-import-columns",
        args=of("cost_file"),
        data=cost_columns,
        moved="cato",
        gone="hans",
    ),
    post("budget-import-run", args=of("cost_file"), moved="cato", gone="hans"),
    post("budget-import-undo", args=of("cost_file"), refused="cato", gone="hans"),
    post("budget-import-drop", args=of("cost_file"), moved="cato", gone="hans"),
    post("budget-close", data=last_month, moved="cato hans"),
    # Figures
    page("figures", ok="anna cato dirk hans"),
    page("figure-detail", args=lambda w: ["open-waiting"], ok="anna cato dirk hans"),
    page("figure-rows", args=lambda w: ["open-waiting", "count"], ok="anna cato dirk hans"),
    page("figure-flow", ok="anna dirk", gone="cato hans"),
    page("figure-pyramid", ok="cato hans", gone="anna dirk"),
    # Published figures and meetings about them: everybody at the table of the arrangement
    page("monitor", ok=AT_THE_TABLE),
    page("published-flow", ok=AT_THE_TABLE),
    page("published-pyramid", ok=AT_THE_TABLE),
    page("published-figure", args=lambda w: ["thuiszitters-ocw"], ok=AT_THE_TABLE),
    *(
        page(name, args=lambda w: ["thuiszitters-ocw"], ok=AT_THE_TABLE)
        for name in ("agenda-add", "interpretation-add")
    ),
    post("agenda-remove", args=of("agenda_point"), moved="anna cato els", gone="dirk hans"),
    page("small-numbers"),
    page("meeting-list", ok=AT_THE_TABLE),
    page("meeting-new", ok=AT_THE_TABLE),
    Sample("meeting-detail", of("meeting"), **OWN_TABLE),
    Sample("meeting-change", of("meeting"), **OWN_TABLE),
    Sample("meeting-figures", of("meeting"), **OWN_TABLE),
    *(
        move("meeting-add", "meeting", slug, **OWN_TABLE)
        for slug in ("deelnemer", "duiding", "besluit", "actie")
    ),
    Sample("meeting-point-done", of("point"), **OWN_TABLE),
    post("meeting-held", args=of("meeting"), moved="anna cato els", gone="dirk hans"),
    post(
        "meeting-interpretation-judge",
        args=of("talk"),
        data=lambda w: {"agreed": "1"},
        moved="anna cato els",
        gone="dirk hans",
    ),
]
WITH_ROWS = [sample for sample in SAMPLES if sample.has_rows]
