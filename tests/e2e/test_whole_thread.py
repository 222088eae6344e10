"""One thread through all roles: every figure moves by exactly what was done.

What the adviser reads does not move before the next snapshot is frozen, and a meeting keeps the
figures that it chose.
"""

import pytest

from oja.core.periods import today
from support.models import Trajectory
from tests.e2e import thread
from tests.e2e.conftest import PHONE
from tests.e2e.reading import budget, headline, live, moved, published
from tests.e2e.thread import BILL, CEILING, HELP
from tests.factories.attendance import EnrolmentFactory

#: Figures of the provider and of the school.
CARE = (
    "open-waiting",
    "start-within-28-days",
    "stock-and-flow",
    "hours-by-form",
    "share-with-third-party",
    "share-of-third-parties-in-cost",
    "budget-use",
    "realised-and-committed",
    "under-the-line",
)
SCHOOL = ("reach", "stock-and-flow", "thuiszitters-ocw")


class Figures:
    """What stands on the pages of the manager and of the school, before and after a step."""

    def __init__(self, cato, anna):
        self.cato, self.anna = cato, anna
        self.care, self.school, self.money = self.read()

    def read(self):
        """All numbers of now."""
        return live(self.cato, *CARE), live(self.anna, *SCHOOL), budget(self.cato)

    def moved_by(self, care=None, school=None, money=None):
        """Exactly this moved since the last time: figures by part, (spent, ordered, left)."""
        care_now, school_now, money_now = self.read()
        assert moved(self.care, care_now) == (care or {})
        assert moved(self.school, school_now) == (school or {})
        change = {
            kind: tuple(new - old for new, old in zip(row, self.money[kind], strict=True))
            for kind, row in money_now.items()
        }
        assert {kind: row for kind, row in change.items() if any(row)} == (money or {})
        self.care, self.school, self.money = care_now, school_now, money_now

    @property
    def left(self):
        """What is left of the budget, in cents."""
        return self.money["Totaal"][2]


@pytest.mark.django_db(transaction=True)
def test_every_figure_moves_by_what_was_done_and_what_is_published_waits(open_desk, world):
    thread.settle_in(world)
    noor = world.a.new_pupil(first_name="Noor")
    EnrolmentFactory(pupil=noor, school_type="bao")
    thread.freeze(thread.last_month())
    users = world.anna, world.bas, world.cato, world.cees, world.els
    anna, bas, cato, cees, els = (open_desk(user) for user in users)
    phone = open_desk(viewport=PHONE, has_touch=True, is_mobile=True)

    els.go("/monitor/")
    monitor = els.page.inner_text("main")
    at_home = published(els, "thuiszitters-ocw")
    assert "0–2" in at_home["Thuiszitter op de peildatum"]
    meeting = thread.plan_a_meeting(els)
    figures = Figures(cato, anna)

    request = thread.ask_for_help(anna, noor)
    cato.go(f"/hulpvragen/{request.pk}/toewijzen/")
    cato.page.select_option("[name=regisseur]", str(world.a.worker.pk))
    cato.send()
    trajectory = Trajectory.objects.get(request=request)
    thread.help_begins(world, trajectory, noor)
    figures.moved_by({("open-waiting", "count"): 1})  # no contact was held yet

    thread.join_and_meet(bas, world.a.offer, trajectory)
    begun = {("stock-and-flow", "in"): 1, ("stock-and-flow", "end"): 1}
    figures.moved_by(
        {
            ("open-waiting", "count"): -1,
            ("start-within-28-days", "numerator"): 1,
            ("start-within-28-days", "denominator"): 1,
            **begun,
            ("hours-by-form", "groep"): 60,
            ("share-with-third-party", "trajectories-denominator"): 1,
            ("under-the-line", "pupils-l3"): 1,
            ("under-the-line", "hours-l2"): 60,
            ("under-the-line", "euros-l2"): HELP,
            ("share-with-third-party", "euros-denominator"): HELP,
            ("share-of-third-parties-in-cost", "count"): HELP,
            ("share-of-third-parties-in-cost", "group"): HELP,
            ("budget-use", "spent"): HELP,
            ("realised-and-committed", "spent"): HELP,
        },
        {**begun, ("reach", "numerator"): 1},
        {"Groepen en preventie": (HELP, 0, -HELP), "Totaal": (HELP, 0, -HELP)},
    )

    row = thread.propose(bas, trajectory, world.a.contract)
    for parent in noor.parents:
        thread.answer_by_link(bas, phone, row, parent, noor)
    thread.answer_of_the_school(anna)
    figures.moved_by()  # nobody decided yet
    thread.approve_and_order(cato, row, figures.left)
    figures.moved_by(
        {
            ("share-with-third-party", "trajectories-numerator"): 1,
            ("realised-and-committed", "promised"): CEILING,
            ("under-the-line", "pupils-l3"): -1,
            ("under-the-line", "pupils-l5"): 1,
        },
        {},
        {
            "Derdeninzet, zelf besteld": (0, CEILING, -CEILING),
            "Totaal": (0, CEILING, -CEILING),
        },
    )
    thread.report_and_approve(cato, cees, row)
    figures.moved_by(
        {
            ("share-with-third-party", "euros-numerator"): BILL,
            ("share-with-third-party", "euros-denominator"): BILL,
            ("share-of-third-parties-in-cost", "count"): BILL,
            ("share-of-third-parties-in-cost", "ordered"): BILL,
            ("budget-use", "spent"): BILL,
            ("realised-and-committed", "spent"): BILL,
            ("realised-and-committed", "promised"): -BILL,
            ("under-the-line", "euros-l5"): BILL,
        },
        {},
        {"Derdeninzet, zelf besteld": (BILL, -BILL, 0), "Totaal": (BILL, -BILL, 0)},
    )

    # Four answered before; the fifth makes the mean of 7, 8, 8, 9 and 8 readable.
    assert headline(cato, "marks-of-parents") == "–"
    thread.answer_the_survey(bas, phone, trajectory, noor.parents[0])
    assert headline(cato, "marks-of-parents") == "8,0"

    thread.stays_at_home(anna, world.a.pupils[2])
    figures.moved_by({}, {("thuiszitters-ocw", "count"): 1})

    # The municipality reads the same as before, until the figures of this month are settled.
    els.go("/monitor/")
    assert els.page.inner_text("main") == monitor
    assert published(els, "thuiszitters-ocw") == at_home
    thread.freeze(today())
    els.go("/monitor/")
    assert els.page.inner_text("main") != monitor
    assert published(els, "thuiszitters-ocw")["Thuiszitter op de peildatum"][0] == "5"
    assert thread.read_from_meeting(els, meeting) == at_home
