"""Who reads a row in one role and may write rows of that kind elsewhere opens no form for it.

The permission is there (of the other role) and so is the sight; the right to change is not.
"""

import pytest
from django.urls import reverse

from oja.access.permissions import Role
from providers.models import GroupWorker
from support.models import CollectiveWork, Contact, GroupParticipant, GroupSession, SchoolAnswer
from support.views.moves import TRAJECTORY_SLUGS
from tests.factories.access import MembershipFactory, member
from tests.factories.groups import (
    AttendanceFactory,
    CollectiveWorkFactory,
    GroupSessionFactory,
    group_of,
    join,
)
from tests.factories.purchases import (
    AgreementFactory,
    DeliveryFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
)
from tests.pages.support_pages import sign_in

pytestmark = pytest.mark.django_db


def in_two_roles(cast, role, organisation, role_elsewhere, elsewhere):
    user = member(role, organisation, "Noor")
    MembershipFactory(user=user, role=role_elsewhere, organisation=elsewhere)
    return user


@pytest.fixture
def reader(cast):
    """Manager in world A, care worker in world B."""
    a, b = cast.a.provider.organisation, cast.b.provider.organisation
    return in_two_roles(cast, Role.PROVIDER_MANAGER, a, Role.CARE_WORKER, b)


@pytest.fixture
def school(cast):
    """Coordinator in world A, care worker in world B."""
    a, b = cast.a.site.organisation, cast.b.provider.organisation
    return in_two_roles(cast, Role.SCHOOL_COORDINATOR, a, Role.CARE_WORKER, b)


@pytest.fixture
def helper(cast):
    """Care worker of the child in world A, manager and coordinator in world B."""
    MembershipFactory(
        user=cast.bas, role=Role.PROVIDER_MANAGER, organisation=cast.b.provider.organisation
    )
    MembershipFactory(
        user=cast.bas, role=Role.SCHOOL_COORDINATOR, organisation=cast.b.site.organisation
    )
    return cast.bas


def refused(client, user, name, *args, query="", is_post=False):
    """Both ways of asking: neither opens."""
    url = reverse(name, args=args) + query
    sign_in(client, user)
    if not is_post:
        assert client.get(url).status_code == 403, name
    assert client.post(url, {}).status_code == 403, name


def test_it_opens_no_contact_to_correct_or_undo(client, cast, reader):
    refused(client, reader, "contact-correct", cast.a.contact.pk)
    refused(client, reader, "contact-undo", cast.a.contact.pk, is_post=True)
    assert Contact.objects.standing().filter(pk=cast.a.contact.pk).exists()


@pytest.fixture
def session(cast):
    session = GroupSessionFactory(group=group_of(cast.a))
    AttendanceFactory(participant=join(cast.a, session.group), session=session)
    return session


def test_it_opens_no_session_to_record_correct_or_undo(client, cast, reader, session):
    group = session.group
    # leads the group by name still, and is a care worker of another provider now
    cast.a.spare.user = reader
    cast.a.spare.save()
    GroupWorker.objects.create(
        group=group,
        worker=cast.a.spare,
        provider=group.provider,
        site=group.site,
        valid_from=group.valid_from,
    )
    assert sign_in(client, reader).get(group.get_absolute_url()).status_code == 200
    refused(client, reader, "group-session", group.pk, 2)
    refused(client, reader, "group-session-undo", group.pk, 1, is_post=True)
    refused(client, reader, "group-session-correct", group.pk, 1)
    assert GroupSession.objects.standing().count() == 1


def test_it_lets_nobody_leave_a_group(client, cast, reader, session):
    row = GroupParticipant.objects.get()
    refused(client, reader, "group-leave", session.group.pk, row.pk, is_post=True)
    assert not GroupParticipant.objects.get().has_left


def test_it_takes_back_no_work_for_a_class(client, cast, school):
    work = CollectiveWorkFactory(worker=cast.a.worker, site=cast.a.site)
    refused(client, school, "collective-undo", work.pk, is_post=True)
    assert CollectiveWork.objects.standing().exists()


@pytest.mark.parametrize("slug", TRAJECTORY_SLUGS)
def test_it_opens_no_step_of_a_trajectory(client, cast, school, slug):
    row = cast.a.trajectory
    detail = reverse("trajectory-detail", args=[row.pk])
    assert sign_in(client, school).get(detail).status_code == 200
    refused(client, school, "trajectory-move", row.pk, slug)
    state = row.state
    row.refresh_from_db()
    assert row.state == state


def test_it_asks_nobody_for_an_answer_whom_it_does_not_help(client, cast, reader):
    row = SubcontractFactory(trajectory=cast.a.trajectory, asked=True)
    AgreementFactory(subcontract=row, guardian=cast.a.parents[0], asked=True)
    for way in ("", "&manier=link"):
        query = f"?wie={cast.a.parents[0].pk}{way}"
        refused(client, reader, "subcontract-agreement", row.pk, query=query)


def test_it_opens_no_answer_of_a_school_elsewhere(client, cast, helper):
    answer = SchoolAnswerFactory(subcontract__trajectory=cast.a.trajectory)
    refused(client, helper, "school-answer", answer.pk)
    assert SchoolAnswer.objects.get().answer == ""


def test_it_opens_no_bill_of_a_provider_elsewhere(client, cast, helper):
    row = SubcontractFactory(trajectory=cast.a.trajectory, ordered=True)
    bill = DeliveryFactory(subcontract=row)
    refused(client, helper, "delivery-create", row.pk)
    refused(client, helper, "delivery-approve", bill.pk)
    refused(client, helper, "delivery-refuse", bill.pk)
