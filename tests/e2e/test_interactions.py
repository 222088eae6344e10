"""How much somebody has to do for a task that comes often, counted from where it begins.

Sessions of groups and the survey are counted in their own files; the whole thread counts the
answer of the school and the approval once more on its way.
"""

import pytest
from django.urls import reverse

from oja.access.actor import Actor, become
from oja.core.periods import today
from support.actions import ask_agreement_by_link, record_session
from support.models import Contact, Provision, SchoolAnswer, Subcontract, SubcontractAgreement
from tests.e2e.conftest import PHONE
from tests.e2e.test_accessibility import findings
from tests.e2e.thread import Taps, write_proposal
from tests.factories.groups import group_of, join
from tests.factories.money import BudgetFactory
from tests.factories.purchases import (
    AgreementFactory,
    ContractFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
)
from tests.factories.support import days_ago


@pytest.mark.django_db(transaction=True)
def test_bought_care_is_proposed_in_eleven_interactions(open_desk, world):
    a = world.a
    BudgetFactory(provider=a.provider, municipality=a.municipality)
    contract = ContractFactory(provider=a.provider)
    # Not at school, so that it is planned in a holiday too.
    Provision.objects.filter(pk=a.provision.pk).update(place="online")
    bas = open_desk(world.bas)
    bas.go("/")
    taps = Taps(bas)
    taps.open(bas.page.get_by_role("link", name=a.trajectory.pupil_name).first)
    write_proposal(taps, contract)
    assert taps.count <= 11
    assert Subcontract.objects.get().state == "asked"


@pytest.fixture
def asked(world):
    """A proposal to which nobody has answered yet."""
    a = world.a
    for year in (today().year, today().year + 1):
        BudgetFactory(provider=a.provider, municipality=a.municipality, year=year)
    row = SubcontractFactory(trajectory=a.trajectory, asked=True, municipality=a.municipality)
    for parent in a.parents:
        AgreementFactory(subcontract=row, guardian=parent, asked=True)
    SchoolAnswerFactory(subcontract=row)
    return row


@pytest.mark.django_db(transaction=True)
def test_the_school_answers_in_three_interactions(open_desk, world, asked):
    anna = open_desk(world.anna)
    anna.go("/")
    taps = Taps(anna)
    taps.open(anna.page.get_by_role("link", name="Antwoord geven").first)
    taps.choose("answer", "agreed")
    taps.open(anna.page.locator("#page-form .form-end button").first)
    assert taps.count <= 3
    assert SchoolAnswer.objects.get().answer == "agreed"


@pytest.mark.django_db(transaction=True)
def test_the_manager_approves_in_three_interactions_also_from_the_list(open_desk, world, asked):
    SubcontractAgreement.objects.update(state="agreed", answered_on=today())
    SchoolAnswer.objects.update(answer="agreed", answered_on=today(), answered_by=world.anna)
    cato = open_desk(world.cato)
    cato.go("/derdeninzet/")
    taps = Taps(cato)
    taps.open(cato.page.get_by_role("link", name=f"Beslissen over {asked.reference}"))
    taps.open(cato.page.get_by_role("link", name="Goedkeuren").first)
    taps.open(cato.page.locator("#page-form .form-end button").first)
    assert taps.count <= 3
    asked.refresh_from_db()
    assert asked.state == "approved"


@pytest.mark.django_db(transaction=True)
def test_a_parent_answers_a_link_in_five_interactions(open_desk, world, asked):
    parent = world.a.parents[0]
    with become(Actor.for_user(world.bas)) as bas:
        _row, _link, code = ask_agreement_by_link(bas, subcontract=asked, guardian=parent)
    phone = open_desk(viewport=PHONE)
    phone.go(reverse("link-open", args=[code]))
    taps, born = Taps(phone), world.a.pupil.birth_date
    for name in ("day", "month", "year"):
        taps.page.fill(f"[name={name}]", str(getattr(born, name)))
    taps.count += 1  # one date, in three small fields
    taps.open(phone.page.locator("main form button[type=submit]").first)
    taps.choose("answer", "yes")
    taps.open(phone.page.get_by_role("button", name="Antwoord versturen"))
    assert taps.count <= 5
    assert SubcontractAgreement.objects.get(guardian=parent).state == "agreed"
    assert findings(phone.page) == []


@pytest.mark.django_db(transaction=True)
def test_a_session_is_put_right_in_four_interactions(open_desk, world):
    group = group_of(world.a)
    rows = [join(world.a, group) for _n in range(3)]
    with become(Actor.for_user(world.bas)) as bas:
        record_session(
            bas,
            group=group,
            on=days_ago(3),
            minutes=60,
            workers=1,
            outcomes={row.pk: "present" for row in rows},
        )
    desk = open_desk(world.bas, viewport=PHONE)
    desk.go(f"{group.get_absolute_url()}keer/1/")
    taps, name = Taps(desk), rows[1].trajectory.pupil_name
    taps.open(desk.page.get_by_role("link", name="Corrigeren"))
    assert findings(desk.page) == []
    taps.tap(desk.page.locator(".mark-row", has_text=name).get_by_label(f"{name} afwezig"))
    taps.fill("reason", "Verkeerd aangetikt")
    taps.open(desk.page.get_by_role("button", name="Correctie opslaan"))
    assert taps.count <= 4
    assert "2 aanwezig" in desk.page.inner_text("main")
    assert Contact.objects.standing().filter(session__group=group).count() == 2
