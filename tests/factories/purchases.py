"""Bought care in every situation. What triggers write, they write."""

import datetime as dt
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from providers.models import Provider, ThirdPartyContract
from support.models import (
    ChoiceRequest,
    Delivery,
    SchoolAnswer,
    Subcontract,
    SubcontractAgreement,
    SubcontractEvent,
)
from tests.factories.providers import ProviderFactory
from tests.factories.support import TrajectoryFactory, days_ago, number


def third_party(name="Praktijk De Linde"):
    """A third party by its name; one that is there already is given back."""
    known = Provider.objects.filter(name=name, kind="third").first()
    return known or ProviderFactory(name=name, kind="third")


class ContractFactory(DjangoModelFactory):
    """A rate of € 145 per hour with a third party."""

    class Meta:
        model = ThirdPartyContract

    provider = factory.SubFactory(ProviderFactory)
    third = factory.LazyFunction(third_party)
    jz020 = "54"
    description = "Traumabehandeling"
    unit = "hour"
    rate_cents = 14500
    valid_from = factory.LazyFunction(lambda: days_ago(400))


class SubcontractFactory(DjangoModelFactory):
    """A proposal; traits move it on."""

    class Meta:
        model = Subcontract

    class Params:
        asked = factory.Trait(state="asked", sent_on=factory.LazyFunction(lambda: days_ago(5)))
        approved = factory.Trait(
            state="approved",
            sent_on=factory.LazyFunction(lambda: days_ago(5)),
            approved_on=factory.LazyFunction(lambda: days_ago(2)),
        )
        ordered = factory.Trait(
            state="ordered",
            sent_on=factory.LazyFunction(lambda: days_ago(5)),
            approved_on=factory.LazyFunction(lambda: days_ago(2)),
            ordered_on=factory.LazyFunction(lambda: days_ago(1)),
        )
        running = factory.Trait(
            state="running",
            sent_on=factory.LazyFunction(lambda: days_ago(5)),
            approved_on=factory.LazyFunction(lambda: days_ago(2)),
            ordered_on=factory.LazyFunction(lambda: days_ago(1)),
            review_on=factory.LazyFunction(lambda: days_ago(-60)),
        )

    reference = number("D")
    trajectory = factory.SubFactory(TrajectoryFactory, active=True)
    provider = factory.SelfAttribute("trajectory.provider")
    pupil = factory.SelfAttribute("trajectory.pupil")
    pupil_name = factory.SelfAttribute("trajectory.pupil_name")
    site = factory.SelfAttribute("trajectory.site")
    third = factory.LazyFunction(third_party)
    jz020 = "54"
    goal = "Weer alleen slapen"
    help_kind = "Traumabehandeling"
    reason = "expertise"
    could_we = "partly"
    volume = Decimal(12)
    unit = "hour"
    rate_cents = 14500
    ceiling_cents = 174000
    starts_on = factory.LazyFunction(lambda: days_ago(1))
    ends_on = factory.LazyFunction(lambda: days_ago(-30))
    take_back_plan = "Na keer acht neemt de eigen hulpverlener het over."
    choice_discussed_on = factory.LazyFunction(lambda: days_ago(6))
    proposed_on = factory.LazyFunction(lambda: days_ago(6))


class AgreementFactory(DjangoModelFactory):
    """One person who agreed in a talk. Without `guardian` the pupil."""

    class Meta:
        model = SubcontractAgreement

    class Params:
        asked = factory.Trait(state="asked", answered_on=None, form="link")

    subcontract = factory.SubFactory(SubcontractFactory, asked=True)
    trajectory = factory.SelfAttribute("subcontract.trajectory")
    provider = factory.SelfAttribute("subcontract.provider")
    guardian = None
    giver_label = factory.LazyAttribute(lambda o: f"moeder, {o.guardian or o.subcontract.pupil}")
    state = "agreed"
    form = "talk"
    asked_on = factory.LazyFunction(lambda: days_ago(5))
    answered_on = factory.LazyFunction(lambda: days_ago(3))
    pupil_label = factory.SelfAttribute("subcontract.pupil.first_name")
    third_name = factory.SelfAttribute("subcontract.third.name")
    help_kind = factory.SelfAttribute("subcontract.help_kind")
    goal = factory.SelfAttribute("subcontract.goal")
    reason = factory.SelfAttribute("subcontract.reason")
    volume = factory.SelfAttribute("subcontract.volume")
    unit = factory.SelfAttribute("subcontract.unit")
    starts_on = factory.SelfAttribute("subcontract.starts_on")
    ends_on = factory.SelfAttribute("subcontract.ends_on")
    contact_name = "Bas"


class SchoolAnswerFactory(DjangoModelFactory):
    """The open question to the school."""

    class Meta:
        model = SchoolAnswer

    class Params:
        answered = factory.Trait(
            answer="agreed", answered_on=factory.LazyFunction(lambda: days_ago(3))
        )
        objection = factory.Trait(
            answer="objection",
            remark="Liever onder schooltijd hier.",
            answered_on=factory.LazyFunction(lambda: days_ago(3)),
        )

    subcontract = factory.SubFactory(SubcontractFactory, asked=True)
    trajectory = factory.SelfAttribute("subcontract.trajectory")
    provider = factory.SelfAttribute("subcontract.provider")
    pupil = factory.SelfAttribute("subcontract.pupil")
    pupil_name = factory.SelfAttribute("subcontract.pupil_name")
    site = factory.SelfAttribute("subcontract.site")
    third_name = factory.SelfAttribute("subcontract.third.name")
    help_kind = factory.SelfAttribute("subcontract.help_kind")
    starts_on = factory.SelfAttribute("subcontract.starts_on")
    ends_on = factory.SelfAttribute("subcontract.ends_on")
    subcontract_state = factory.SelfAttribute("subcontract.state")
    asked_on = factory.LazyFunction(lambda: days_ago(5))


class DeliveryFactory(DjangoModelFactory):
    """A bill of one month that waits for a decision."""

    class Meta:
        model = Delivery

    subcontract = factory.SubFactory(SubcontractFactory, ordered=True)
    trajectory = factory.SelfAttribute("subcontract.trajectory")
    provider = factory.SelfAttribute("subcontract.provider")
    period_start = factory.LazyFunction(lambda: days_ago(1).replace(day=1))
    volume = Decimal(2)
    cents = 29000
    invoice_number = number("F")
    invoiced_on = factory.LazyFunction(lambda: days_ago(0))
    reported_on = factory.LazyFunction(lambda: days_ago(0))


class ChoiceFactory(DjangoModelFactory):
    """Somebody wants another provider."""

    class Meta:
        model = ChoiceRequest

    trajectory = factory.SubFactory(TrajectoryFactory, active=True)
    provider = factory.SelfAttribute("trajectory.provider")
    pupil = factory.SelfAttribute("trajectory.pupil")
    pupil_name = factory.SelfAttribute("trajectory.pupil_name")
    asked_on = factory.LazyFunction(lambda: days_ago(3))
    asked_by_label = "moeder"
    answer_due_on = factory.LazyFunction(lambda: days_ago(-11))


def event_of(row, **fields):
    """A step of an order, as the workflow writes it."""
    step = {"on": days_ago(5), "at": dt.datetime.now(dt.UTC), "actor_label": "iemand"}
    return SubcontractEvent.objects.create(
        subcontract=row,
        trajectory=row.trajectory,
        provider=row.provider,
        move="send",
        from_state="proposal",
        to_state="asked",
        **{**step, **fields},
    )
