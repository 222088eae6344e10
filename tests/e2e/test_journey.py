"""From a worry at school to help that runs, in a real browser, and what the figures say of it."""

import datetime as dt
import io
import json

import pytest
from django.core.management import call_command

from oja.core.periods import school_year_of, today
from support.models import Contact, Goal, Provision, SupportRequest, Trajectory
from tests.e2e.conftest import PHONE

QUESTION = "Noor speelt in de pauze alleen en is vaak boos."
CARE_NOTE = "Thuis is het deze week onrustig."
CARE_GOAL = "Thuis rustig eten"
SCHOOL_GOAL = "Noor speelt met een ander kind"


def working_day():
    """Today, or the Friday before the weekend: help is planned from Monday to Friday."""
    on = today()
    return on - dt.timedelta(days=max(0, on.isoweekday() - 5))


def dutch(day):
    """As people write it."""
    return f"{day.day}-{day.month}-{day.year}"


def figures_of(user):
    """What the figures say to somebody: (started within 28 days, started, waiting)."""
    out = io.StringIO()
    period = school_year_of(today()).label
    call_command("figures", username=user.email, period=period, json=True, stdout=out)
    found = {(entry["slug"], entry["part"]): entry for entry in json.loads(out.getvalue())}
    share = found["start-within-28-days", "share"]
    return share["numerator"], share["denominator"], found["open-waiting", "count"]["value"]


def plus(figures, moved):
    """The figures moved by so many."""
    return tuple(old + more for old, more in zip(figures, moved, strict=True))


def write_request(anna, coordinator, noor):
    """The coordinator writes a hulpvraag; her session ends in the middle, and no letter is lost."""
    _mother, father = noor.parents
    anna.go("/hulpvragen/nieuw/")
    anna.log_in(coordinator)
    anna.page.fill("#id_naam", "noor")
    anna.press(anna.page.locator("a.choice", has_text="Noor"))
    anna.tick("talk_with", father.pk)
    anna.tick("talk_on_quick", "vandaag")
    anna.page.locator("[name=topics]").first.check()
    anna.page.wait_for_selector("text=/Concept bewaard om/")
    anna.lose_session()
    anna.page.fill("[name=question]", QUESTION)
    anna.send()
    assert anna.path.startswith("/inloggen/")
    anna.log_in(coordinator)
    assert "Je tekst is bewaard" in anna.text
    anna.press(anna.page.get_by_role("link", name="Verder"))
    assert anna.page.input_value("[name=question]") == QUESTION
    assert anna.page.locator("[name=talk_with]:checked").count() == 1
    # Both parents have custody: the mother agreed in the talk, the father gets a link.
    answers = anna.page.locator("fieldset:has([value=link])")
    answers.filter(has_text="Canarymoeder").locator("[value=talk]").check()
    answers.filter(has_text="Canaryvader").locator("[value=link]").check()
    anna.send()
    request = SupportRequest.objects.get(pupil=noor)
    assert anna.path == f"/hulpvragen/{request.pk}/"
    return request


def answer_link(phone, url, noor):
    """The father answers on his phone: the birth date of his child, and yes."""
    phone.go(url)
    assert phone.path == "/vraag/"  # the code is out of the address
    phone.tell_birth_date(noor)
    assert "Noor" in phone.text
    assert QUESTION not in phone.text
    assert phone.is_within_the_screen
    phone.tick("answer", "yes")
    phone.press(phone.page.locator("main button[type=submit]"))
    assert phone.path == "/akkoord/bewaard/"
    assert "Uw antwoord is bewaard" in phone.text
    phone.go(url)
    assert "Noor" not in phone.text  # a link works once


def start_help(bas, trajectory, noor, day):
    """Consent to help, intake, plan, agreement, provision, start."""
    base = f"/trajecten/{trajectory.pk}"
    for parent in noor.parents:
        bas.go(f"{base}/toestemming/?wie={parent.pk}")
        bas.tick("answer", "given")
        bas.write_day("answered_on", day)
        bas.send()
        assert bas.path == f"{base}/toestemming/", bas.text
    bas.move(f"{base}/intake-plannen/", intake_on=dutch(day))
    bas.move(f"{base}/intake-vastleggen/", intake_held_on=dutch(day))
    bas.go(f"{base}/plan/")
    page = bas.page
    page.fill("[name=goal1_title]", SCHOOL_GOAL)
    bas.tick("goal1_start", 3)
    bas.tick("goal1_target", 7)
    page.locator("[name=goal1_school]").check()
    fold = page.locator("details:has([name=goal2_title])")
    if fold.count() and not fold.evaluate("fold => fold.open"):
        fold.locator("summary").click()
    page.fill("[name=goal2_title]", CARE_GOAL)
    bas.tick("goal2_start", 2)
    bas.tick("goal2_target", 6)
    page.fill("[name=home_part]", "Elke avond samen eten.")
    page.fill("[name=next_evaluation_on]", dutch(today() + dt.timedelta(days=90)))
    bas.send()
    assert Goal.objects.filter(trajectory=trajectory).count() == 2, bas.text
    for parent in noor.parents:
        bas.go(f"{base}/plan/akkoord/?wie={parent.pk}")
        bas.write_day("agreed_on", day)
        bas.send()
    bas.move(f"{base}/plan-akkoord/")
    bas.go(f"{base}/inzet/")
    bas.tick("place", "online")
    bas.tick("weekday", day.isoweekday())
    page.fill("[name=start_time]", "09:15")
    page.fill("[name=valid_from]", dutch(day))
    bas.send()
    assert Provision.objects.filter(trajectory=trajectory).exists(), bas.text
    bas.move(f"{base}/hulp-starten/", started_on=dutch(day))
    trajectory.refresh_from_db()
    assert trajectory.state == "active", bas.text


@pytest.mark.django_db(transaction=True)
def test_from_a_worry_to_started_help(open_desk, world):
    day = working_day()
    noor = world.a.new_pupil(first_name="Noor")
    anna, cato, bas = open_desk(), open_desk(world.cato), open_desk(world.bas)
    before = figures_of(world.anna), figures_of(world.cato)

    request = write_request(anna, world.anna, noor)
    case = f"/hulpvragen/{request.pk}"
    cato.go(case + "/")
    assert "Noor" not in cato.text

    # She asks for the link and gives it to the father.
    father = request.consents.get(guardian=noor.parents[1])
    anna.go(f"/toestemming/{father.pk}/link/")
    anna.press(anna.page.locator("main form button").first)
    link = anna.page.locator("text=/https?:.*[/]l[/]/").first.inner_text()
    phone = open_desk(viewport=PHONE, has_touch=True, is_mobile=True)
    answer_link(phone, link.strip(), noor)
    cato.go(case + "/")
    assert "Noor" in cato.text  # from this moment, and not earlier

    # The support team decides, the manager names a regisseur.
    anna.move(f"{case}/agenda/", team_meeting_on=dutch(today()))
    anna.move(f"{case}/accepteren/", decided_on=dutch(today()))
    moved = (0, 0, 1)
    assert figures_of(world.anna) == plus(before[0], moved)
    assert figures_of(world.cato) == plus(before[1], moved)
    cato.go(f"{case}/toewijzen/")
    cato.page.select_option("[name=regisseur]", str(world.a.worker.pk))
    cato.send()
    trajectory = Trajectory.objects.get(request=request)
    # In a weekend nothing can be planned for today: then all this began on Friday.
    Trajectory.objects.filter(pk=trajectory.pk).update(registered_on=day)

    start_help(bas, trajectory, noor, day)
    assert figures_of(world.anna) == plus(before[0], moved)  # nothing was held yet

    # Vandaag: as planned, in one tap.
    bas.go("/")
    item = bas.page.locator(".appointment", has_text="Noor").first
    bas.press(item.get_by_role("button", name="Gedaan"))
    assert Contact.objects.filter(trajectory=trajectory).count() == 1, bas.text
    assert "45" in bas.text
    moved = (1, 1, 0)
    assert figures_of(world.anna) == plus(before[0], moved)
    assert figures_of(world.cato) == plus(before[1], moved)

    # Another contact, with a note that stays with care, corrected afterwards.
    bas.go(f"/contacten/nieuw/?traject={trajectory.pk}")
    bas.page.fill("[name=note]", CARE_NOTE)
    bas.send()
    other = Contact.objects.get(trajectory=trajectory, provision=None)
    bas.go(f"/contacten/{other.pk}/corrigeren/")
    bas.tick("length", "60")
    bas.page.fill("[name=reason]", "Het duurde langer.")
    bas.send()
    other.refresh_from_db()
    assert (other.minutes, other.replaced_by.minutes) == (45, 60)
    bas.go(f"/trajecten/{trajectory.pk}/")
    assert CARE_NOTE in bas.text
    assert figures_of(world.anna) == plus(before[0], moved)  # a correction starts no help twice

    # The school sees the shared part, and only that.
    anna.go(f"/trajecten/{trajectory.pk}/")
    assert SCHOOL_GOAL in anna.text
    assert "09.15" in anna.text
    for secret in (CARE_GOAL, CARE_NOTE, "Elke avond samen eten", "60 minuten"):
        assert secret not in anna.page.content()
    for desk in (bas, anna, cato):
        desk.go(f"/trajecten/{trajectory.pk}/zoals-school/")
        assert (SCHOOL_GOAL in desk.text) == (desk is not anna)
        assert CARE_GOAL not in desk.page.content()
