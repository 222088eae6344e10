"""What each role does from a hulpvraag to bought care, survey and absence, in a browser."""

import datetime as dt
import io
import uuid

from django.core.management import call_command

from oja.access.actor import Actor, become
from oja.access.permissions import Role
from oja.core.money import format_euros
from oja.core.periods import today
from schools.models import Enrolment, Pupil, Residence
from support import actions
from support.actions.survey import invite_many_to_survey, record_answers_many
from support.models import Plan, Subcontract, SupportRequest
from support.survey_rules import HalfYear
from tests.e2e.reading import parts
from tests.e2e.test_accessibility import findings
from tests.factories.access import SINCE, member
from tests.factories.attendance import SpellFactory
from tests.factories.groups import group_of
from tests.factories.money import BudgetFactory, BudgetPartFactory, HourRateFactory
from tests.factories.purchases import ContractFactory
from tests.factories.schools import born
from tests.factories.support import days_ago

#: Enough pupils for the total of the arrangement to be told when it is small.
PUPILS = 210
#: € 80 an hour: whole euros for every number of minutes that is used here.
RATE = 8_000
CEILING, BILL, HELP = 174_000, 29_000, 8_000
HOME = "Bas neemt het na keer acht over."


def dutch(day):
    """As people write it."""
    return f"{day.day}-{day.month}-{day.year}"


def plain(text):
    """Without the spaces at which no line may break."""
    return text.replace("\u00a0", " ")


def last_month():
    """The last day of the month before this one."""
    return today().replace(day=1) - dt.timedelta(days=1)


# --- Before it begins -----------------------------------------------------------------------------


def settle_in(world):
    """A school of more than two hundred pupils, money, a contract, and a second manager."""
    a = world.a
    rows = [
        Pupil(
            site=a.site,
            first_name=f"Canarykind{number}",
            last_name="Zangvogel",
            birth_date=born(9),
            household=uuid.uuid4(),
        )
        for number in range(PUPILS)
    ]
    rows = Pupil.objects.bulk_create(rows)
    Enrolment.objects.bulk_create(
        Enrolment(pupil=row, site=a.site, school_type="bao", valid_from=SINCE) for row in rows
    )
    Residence.objects.bulk_create(
        Residence(pupil=row, site=a.site, municipality=a.municipality, valid_from=SINCE)
        for row in rows
    )
    for row in rows[:2]:  # at home already, so that the third makes the published total move
        SpellFactory(pupil=row, valid_from=days_ago(120))
    for year in (today().year, today().year + 1):
        whole = BudgetFactory(provider=a.provider, municipality=a.municipality, year=year)
        for category, cents in (("ordered", 8_000_000), ("group", 2_000_000)):
            BudgetPartFactory(budget=whole, category=category, amount_cents=cents)
    HourRateFactory(provider=a.provider, cents_per_hour=RATE)
    a.contract = ContractFactory(provider=a.provider)
    a.offer = group_of(a, title="Weerbaar samen")
    a.pupils = rows
    four_parents_answered(a)
    world.cees = member(Role.PROVIDER_MANAGER, a.provider.organisation, "Cees")


def freeze(on):
    """Settle the figures of the arrangement, as the timer does every month."""
    call_command("freeze_snapshot", on=on, arrangement="OJA Canary", stdout=io.StringIO())


def four_parents_answered(a):
    """Four others answered in this half-year; alone they are too few to be read."""
    half_year = str(HalfYear.of(today()))
    asked = [a.new_trajectory(active=True) for _n in range(4)]
    with become(Actor.system("journey")) as system:
        invite_many_to_survey(
            system, [{"trajectory": row, "informant": "parent", "on": today()} for row in asked]
        )
        record_answers_many(
            system,
            [
                {
                    "provider": a.provider,
                    "arrangement": a.arrangement,
                    "half_year": half_year,
                    "informant": "parent",
                    "q1": 4,
                    "q2": 3,
                    "q3": 3,
                    "mark": mark,
                    "remark": "",
                }
                for mark in (7, 8, 8, 9)
            ],
        )


# --- What they do ---------------------------------------------------------------------------------


def ask_for_help(anna, noor):
    """Both parents agree in the talk; the support team accepts."""
    anna.go(f"/hulpvragen/nieuw/?leerling={noor.pk}")
    anna.page.locator("[name=talk_with]").first.check()
    anna.tick("talk_on_quick", "vandaag")
    anna.page.locator("[name=topics]").first.check()
    anna.page.fill("[name=question]", "Noor slaapt slecht en schrikt van alles.")
    for box in anna.page.locator("[value=talk]").all():
        box.check()
    anna.send()
    request = SupportRequest.objects.get(pupil=noor)
    anna.move(f"/hulpvragen/{request.pk}/agenda/", team_meeting_on=dutch(today()))
    anna.move(f"/hulpvragen/{request.pk}/accepteren/", decided_on=dutch(today()))
    return request


def help_begins(world, trajectory, noor):
    """Consent, intake, plan and start: each has a page that another journey walks through."""
    on = today()
    with become(world.actor("bas")) as bas:
        for purpose in ("help", "others_present"):
            for parent in noor.parents:
                actions.record_consent(
                    bas,
                    trajectory=trajectory,
                    purpose=purpose,
                    guardian=parent,
                    answer="given",
                    answered_on=on,
                )
        row = actions.plan_intake(bas, trajectory=trajectory, intake_on=on)
        row = actions.record_intake(bas, trajectory=row, intake_held_on=on)
        plan = actions.save_plan(
            bas,
            trajectory=row,
            goals=[
                {
                    "title": "Weer alleen slapen",
                    "start_score": 3,
                    "target_score": 7,
                    "is_for_school": True,
                }
            ],
            next_evaluation_on=on + dt.timedelta(days=60),
            home_part="Elke avond voorlezen.",
        )
        for parent in noor.parents:
            actions.record_plan_agreement(bas, plan=plan, guardian=parent, agreed_on=on)
        row = actions.agree_plan(bas, trajectory=row)
        actions.add_provision(
            bas,
            trajectory=row,
            worker=world.a.worker,
            form="INDIVIDUEEL",
            place="online",
            valid_from=on,
        )
        actions.start_help(bas, trajectory=row, started_on=on)
    trajectory.refresh_from_db()
    assert trajectory.state == "active"
    assert Plan.objects.get(trajectory=trajectory).state == "agreed"


def join_and_meet(bas, offer, trajectory):
    """Noor joins the group, and is there at the first session: one hour of one worker."""
    bas.go(f"{offer.get_absolute_url()}deelnemer/")
    bas.press(bas.page.get_by_role("button", name=f"{trajectory.pupil_name} toevoegen"))
    bas.go(f"{offer.get_absolute_url()}keer/1/?dag={today().isoformat()}")
    assert "1 aanwezig" in bas.page.inner_text("[data-marks-count]")
    bas.press(bas.page.get_by_role("button", name="Groepsbijeenkomst opslaan"))


class Taps:
    """Counts what somebody has to do: every tap, every field."""

    def __init__(self, desk):
        self.desk, self.page, self.count = desk, desk.page, 0

    def open(self, locator):
        """To another page."""
        self.count += 1
        self.desk.press(locator)

    def tap(self, locator):
        """On this page."""
        self.count += 1
        locator.click()

    def fill(self, name, value):
        """A field that is written in."""
        self.count += 1
        self.page.fill(f"[name={name}]", value)

    def choose(self, name, value):
        """One of several."""
        self.count += 1
        box = self.page.locator(f"select[name={name}]")
        if box.count():
            box.select_option(value)
        else:
            self.page.locator(f"[name={name}][value='{value}']").check()


def propose(bas, trajectory, contract):
    """On the page of the trajectory: the proposal that asks parents and school at once."""
    bas.go(f"/trajecten/{trajectory.pk}/")
    write_proposal(Taps(bas), contract)
    row = Subcontract.objects.get(trajectory=trajectory)
    assert (row.state, row.ceiling_cents) == ("asked", CEILING)
    return row


def write_proposal(taps, contract):
    """The questions on one page; the effect on the budget stands beside them before it is sent."""
    taps.open(taps.page.get_by_role("link", name="Derdeninzet voorstellen").first)
    taps.choose("reason", "expertise")
    taps.choose("could_we", "no")
    taps.choose("offer", f"contract.{contract.pk}")
    taps.fill("volume", "12")
    taps.fill("starts_on", "vandaag")
    taps.fill("ends_on", "vandaag")
    taps.fill("take_back_plan", HOME)
    taps.fill("choice_discussed_on", "gisteren")
    taps.page.wait_for_selector("#effect >> text=1.740")
    assert not Subcontract.objects.exists()
    taps.open(taps.page.locator("#page-form .form-end button").first)


def answer_by_link(bas, phone, row, parent, noor):
    """The care worker makes a link; the parent opens it on a phone and agrees, within five taps."""
    bas.go(f"/derdeninzet/{row.pk}/akkoord/?wie={parent.pk}&manier=link")
    bas.press(bas.page.locator("main form button").first)
    phone.go(bas.page.locator("#link-adres").input_value())
    phone.tell_birth_date(noor)
    assert phone.path == "/akkoord/derde/"
    assert findings(phone.page) == []
    assert "Praktijk De Linde" in phone.text
    for secret in ("1.740", "145"):
        assert secret not in phone.text
    assert phone.is_within_the_screen
    phone.tick("answer", "yes")
    phone.press(phone.page.locator("main button[type=submit]"))
    assert "Uw antwoord is bewaard" in phone.text


def answer_of_the_school(anna):
    """From Start in three taps; the school reads neither why nor how much."""
    anna.go("/")
    taps = Taps(anna)
    taps.open(anna.page.get_by_role("link", name="Antwoord geven").first)
    assert "Praktijk De Linde" in anna.text
    for secret in ("1.740", "145", HOME):
        assert secret not in anna.page.content()
    taps.choose("answer", "agreed")
    taps.open(anna.page.locator("#page-form .form-end button").first)
    assert taps.count <= 3


def approve_and_order(cato, row, left):
    """From Start in three taps; what is left of the budget afterwards stands beside it."""
    cato.go("/")
    taps = Taps(cato)
    taps.open(cato.page.get_by_role("link", name="Beslissen").first)
    assert "Past het in het budget?" in cato.text
    assert format_euros(left - CEILING) in plain(cato.text), plain(cato.text)
    taps.open(cato.page.get_by_role("link", name="Goedkeuren").first)
    assert "€ 1.740" in plain(cato.text)
    assert findings(cato.page) == []
    taps.open(cato.page.locator("#page-form .form-end button").first)
    assert taps.count <= 3
    row.refresh_from_db()
    assert row.state == "approved", cato.text
    cato.move(f"/derdeninzet/{row.pk}/bestellen/")


def report_and_approve(cato, cees, row):
    """Reported by the one, approved by the other."""
    cato.go(f"/derdeninzet/{row.pk}/prestatie/")
    cato.page.select_option("[name=period_start]", today().replace(day=1).isoformat())
    cato.page.fill("[name=volume]", "2")
    cato.page.fill("[name=cents]", "290")
    cato.page.fill("[name=invoice_number]", "F-26-01")
    cato.write_day("invoiced_on", today())
    cato.send()
    reported = row.deliveries.get()
    answer = cato.page.goto(f"{cato.base}/prestaties/{reported.pk}/goedkeuren/")
    assert answer.status == 409  # who approved the order does not approve its bill
    cees.go(f"/derdeninzet/{row.pk}/")
    cees.press(cees.page.get_by_role("link", name="Goedkeuren F-26-01"))
    cees.send()
    reported.refresh_from_db()
    assert reported.state == "approved", cees.text


def answer_the_survey(bas, phone, trajectory, parent):
    """Invited on the page of the trajectory, answered on a phone in twelve touches or fewer."""
    bas.go(f"/trajecten/{trajectory.pk}/vragenlijst/")
    bas.tick("who", parent.pk)
    bas.press(bas.page.locator("main form button").first)
    touches = Taps(phone)
    phone.go(bas.page.locator("#link-adres").input_value())
    touches.count += 1
    for value in (4, 4, 3, 8):
        touches.tap(phone.page.locator(f"label:has(input[value='{value}'])"))
        touches.open(phone.page.locator("form button").last)
    for _page in ("remark", "check"):
        touches.open(phone.page.locator("form button").last)
    assert "Dank u wel" in phone.text
    assert touches.count <= 12


def stays_at_home(anna, pupil):
    """The coordinator records that a pupil does not come since forty days."""
    anna.go(f"/verzuim/nieuw/?leerling={pupil.pk}")
    anna.tick("kind", "unlawful")
    anna.write_day("valid_from", days_ago(40))
    anna.page.select_option("[name=percent_present]", "0")
    anna.page.fill("[name=next_step]", "Gesprek met de leerplichtambtenaar")
    anna.page.fill("[name=next_step_on]", "morgen")
    anna.send()
    assert anna.path.startswith(f"/leerlingen/{pupil.pk}/"), anna.text


def plan_a_meeting(els):
    """A meeting that looks at the figures that are published now; its address."""
    els.go("/overleg/nieuw/")
    els.write_day("on", today() + dt.timedelta(days=3))
    els.send()
    els.press(els.page.get_by_role("link", name="Cijfers kiezen").first)
    els.page.locator("[name=snapshot]").first.check()
    els.send()
    return els.path


def read_from_meeting(els, meeting):
    """The published numbers of pupils at home, on the page that the meeting links to."""
    els.go(meeting)
    els.press(els.page.locator("main a[href*='thuiszitters-ocw']").first)
    return parts(els)
