"""How much somebody has to do for a task that comes often, counted from Start.

Sessions of groups and the survey are counted in their own files, the answer of the school and the
approval on the way through the whole thread.
"""

import pytest

from support.models import Provision, Subcontract
from tests.e2e.thread import Taps, write_proposal
from tests.factories.money import BudgetFactory
from tests.factories.purchases import ContractFactory


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
