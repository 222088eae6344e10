"""Writing, submitting, deciding and assigning a request."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible, StateChanged
from schools.models import Pupil, Residence
from support import actions
from support.models import Consent, Family, FamilyMember, SupportRequest, Trajectory
from tests.factories.access import MembershipFactory
from tests.factories.schools import MunicipalityFactory
from tests.factories.support import agree, days_ago
from tests.support.helpers import acting

QUESTION = {
    "talk_with": [{"id": "pupil", "label": "Canary"}],
    "talk_on": days_ago(1),
    "topics": ["GEDRAG"],
    "question": "Wat helpt in de klas?",
}


def test_it_keeps_a_draft_and_what_follows_from_the_pupil(cast):
    pupil = cast.a.new_pupil()
    with acting(cast, "anna") as anna:
        request = actions.save_concept(anna, pupil=pupil.pk, question="Later \x00verder")
    request.refresh_from_db()
    assert (request.state, request.question) == ("concept", "Later verder")
    assert request.site_id == cast.a.site.pk
    assert request.author_id == cast.anna.pk
    assert request.provider_id == cast.a.provider.pk
    assert request.arrangement_id == cast.a.arrangement.pk
    assert request.municipality_id == cast.a.municipality.pk
    assert request.is_funded is True
    assert request.reference.startswith("H-")


@pytest.mark.parametrize("lives", ["elsewhere", "unknown"])
def test_it_says_who_pays_and_does_not_guess(cast, lives):
    pupil = cast.a.new_pupil()
    if lives == "unknown":
        Residence.objects.filter(pupil=pupil).delete()
    else:
        Residence.objects.filter(pupil=pupil).update(municipality=MunicipalityFactory())
    with acting(cast, "anna") as anna:
        request = actions.save_concept(anna, pupil=pupil)
    assert request.is_funded is (None if lives == "unknown" else False)


def test_it_changes_a_draft_and_leaves_what_is_not_named(cast):
    with acting(cast, "anna") as anna:
        request = actions.save_concept(
            anna, request=cast.a.concept, topics=["ROUW"], version=cast.a.concept.version
        )
    request.refresh_from_db()
    assert request.topics == ["ROUW"]
    assert request.question == cast.a.concept.question


@pytest.mark.parametrize(
    "fields",
    [
        {"topics": ["ROUW", "ADHD", "LVB", "GEDRAG"]},
        {"topics": ["VEILIGHEID"]},
        {"talk_on": days_ago(-1)},
        {"urgency": "soon"},
        {"question": "x" * 601},
    ],
)
def test_it_refuses_what_cannot_be(cast, fields):
    with acting(cast, "anna") as anna, pytest.raises(ValidationError):
        actions.save_concept(anna, request=cast.a.concept, **fields)


def test_it_notices_that_somebody_else_was_first(cast):
    with acting(cast, "anna") as anna, pytest.raises(StateChanged):
        actions.save_concept(anna, request=cast.a.concept, question="x", version=days_ago(1))
    with acting(cast, "anna") as anna, pytest.raises(StateChanged):
        actions.save_concept(anna, request=cast.a.queued, question="x")


def test_it_changes_the_pupil_of_a_draft_until_somebody_was_asked(cast):
    other = cast.a.new_pupil()
    with acting(cast, "anna") as anna:
        request = actions.save_concept(anna, request=cast.a.concept, pupil=other)
        assert request.pupil_id == other.pk
        actions.record_consent(
            anna, request=request, purpose="share", guardian=other.parents[0], answer="given"
        )
        with pytest.raises(ValidationError):
            actions.save_concept(anna, request=request, pupil=cast.a.pupil)


def test_it_is_for_own_pupils_only(cast):
    with acting(cast, "anna") as anna, pytest.raises(NotVisible):
        actions.save_concept(anna, pupil=cast.b.pupil)
    with acting(cast, "dirk") as dirk, pytest.raises(NotVisible):
        actions.save_concept(dirk, request=cast.a.concept, question="x")
    for name in ("bas", "cato", "els", "fem", "ilse"):
        with acting(cast, name) as actor, pytest.raises(MoveNotAllowed):
            actions.save_concept(actor, pupil=cast.a.pupil)


def test_it_submits_with_the_answers_of_the_talk(cast):
    pupil = cast.a.new_pupil()
    mother, father = pupil.parents
    with acting(cast, "anna") as anna:
        request = actions.submit_request(
            anna,
            pupil=pupil,
            consents=[
                {"guardian": mother, "answer": "given", "note": "aan de telefoon"},
                {"guardian": father.pk, "answer": "refused"},
            ],
            **QUESTION,
        )
    request.refresh_from_db()
    assert (request.state, request.share_state) == ("submitted", "disputed")
    assert (request.submitted_on, request.submitted_by_id) == (today(), cast.anna.pk)
    assert request.new_links == []
    assert Consent.objects.filter(request=request).count() == 2
    assert request.events.get().actor_label == "Anna"


def test_it_submits_all_or_nothing(cast):
    pupil = cast.a.new_pupil()
    consents = [{"guardian": pupil.parents[0], "answer": "given"}]
    with acting(cast, "anna") as anna, pytest.raises(MoveRefused):
        actions.submit_request(anna, pupil=pupil, consents=consents, **(QUESTION | {"topics": []}))
    assert not SupportRequest.objects.filter(pupil=pupil).exists()
    assert not Consent.objects.filter(pupil=pupil).exists()


def test_it_submits_once(cast):
    with acting(cast, "anna") as anna:
        first = actions.submit_request(anna, request=cast.a.concept)
        with pytest.raises(StateChanged):
            actions.submit_request(anna, request=cast.a.concept)
    assert first.events.count() == 1


def test_it_tells_of_an_open_request_of_the_same_pupil(cast):
    with acting(cast, "anna") as anna:
        assert actions.open_requests_of(anna, cast.a.queued.pupil_id).get() == cast.a.queued
        assert not actions.open_requests_of(anna, cast.a.pupil).exists()


def test_it_throws_a_draft_away(cast):
    with acting(cast, "anna") as anna:
        actions.discard_concept(anna, request=cast.a.concept)
    assert not SupportRequest.objects.filter(pk=cast.a.concept.pk).exists()


def test_it_throws_nothing_away_that_somebody_knows_of(cast):
    with acting(cast, "anna") as anna:
        request = actions.submit_request(anna, request=cast.a.concept)
        request = actions.recall_request(anna, request=request)
        assert (request.state, request.submitted_on, request.submitted_by_id) == (
            "concept",
            None,
            None,
        )
        with pytest.raises(MoveRefused):
            actions.discard_concept(anna, request=request)
        with pytest.raises(StateChanged):
            actions.discard_concept(anna, request=cast.a.queued)
    agree(cast.b.concept)
    with acting(cast, "dirk") as dirk, pytest.raises(MoveRefused):
        actions.discard_concept(dirk, request=cast.b.concept)


def test_the_database_deletes_drafts_only(cast):
    for request in (cast.a.queued, cast.a.request):
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportRequest.objects.filter(pk=request.pk)._raw_delete("default")


def test_it_records_the_decision_with_its_day(cast):
    with acting(cast, "anna") as anna:
        request = actions.put_on_agenda(anna, request=cast.a.queued, team_meeting_on=today())
        request = actions.decide(
            anna,
            request=request,
            outcome="education",
            decision_note="Nummer 111222333 klopt niet.",
            decided_on=days_ago(1),
        )
    assert (request.state, request.decided_on) == ("education", days_ago(1))
    assert request.decided_by_id == cast.anna.pk
    assert "111222333" not in request.decision_note
    event = request.events.order_by("created_at").last()
    assert (event.move, event.to_state) == ("decide_education", "education")
    assert "decision_note" not in event.data


def test_it_knows_six_outcomes(cast):
    with acting(cast, "anna") as anna, pytest.raises(ValidationError):
        actions.decide(anna, request=cast.a.queued, outcome="maybe")


@pytest.mark.parametrize("name", ["concept", "queued", "accepted"])
def test_it_ends_a_request_that_is_withdrawn(cast, name):
    with acting(cast, "anna") as anna:
        request = actions.withdraw_request(
            anna, request=getattr(cast.a, name), decision_note="Ouders willen niet meer."
        )
    request.refresh_from_db()
    assert (request.state, request.ended_on) == ("withdrawn", today())
    assert (request.decided_on is None) is (name != "accepted")


def test_it_assigns_and_opens_the_trajectory(cast):
    request = cast.a.accepted
    with acting(cast, "cato") as cato:
        trajectory = actions.assign_regisseur(cato, request=request, regisseur=cast.a.worker)
    trajectory.refresh_from_db()
    assert trajectory.pupil_name == request.pupil.full_name
    assert trajectory.birth_date == request.pupil.birth_date
    assert (trajectory.submitted_on, trajectory.registered_on) == (request.submitted_on, today())
    assert trajectory.family.household == request.pupil.household
    assert trajectory.family.regisseur == cast.a.worker
    assert FamilyMember.objects.get(pupil=request.pupil).family == trajectory.family
    assert trajectory.relations.get().user_id == cast.bas.pk
    assert set(request.consents.values_list("trajectory", flat=True)) == {trajectory.pk}
    assert trajectory.shared_site == cast.a.site.pk


def test_it_keeps_one_family_for_brothers_and_sisters(cast):
    sister = cast.a.new_pupil(household=cast.a.pupil.household)
    request = cast.a.new_request(pupil=sister, accepted=True, shared=True)
    with acting(cast, "cato") as cato:
        trajectory = actions.assign_regisseur(cato, request=request, regisseur=cast.a.spare)
    assert trajectory.family_id == cast.a.trajectory.family_id
    assert not trajectory.has_family_elsewhere
    assert trajectory.family.regisseur == cast.a.worker


def test_it_helps_a_child_whose_family_has_its_regisseur_elsewhere(cast):
    """The other provider is not told; that there is one, is."""
    brother = cast.b.new_pupil(household=cast.a.pupil.household)
    request = cast.b.new_request(pupil=brother, accepted=True, shared=True)
    with acting(cast, "hans") as hans:
        trajectory = actions.assign_regisseur(hans, request=request, regisseur=cast.b.worker)
        assert not Family.objects.visible_to(hans).filter(household=brother.household).exists()
    assert trajectory.has_family_elsewhere
    assert trajectory.family_id is None
    assert Trajectory.objects.get(pk=trajectory.pk).shared_site == cast.b.site.pk


def test_it_knows_its_fields(cast):
    with acting(cast, "anna") as anna, pytest.raises(TypeError):
        actions.save_concept(anna, request=cast.a.concept, state="accepted")


def test_it_keeps_a_draft_at_its_school(cast):
    """Also for somebody who is a coordinator of both."""
    MembershipFactory(user=cast.anna, organisation=cast.b.site.organisation)
    with acting(cast, "anna") as anna, pytest.raises(ValidationError):
        actions.save_concept(anna, request=cast.a.concept, pupil=cast.b.pupil)


def test_it_asks_for_no_pupil_of_another_role(cast):
    """Who coordinates A and manages Q may see a client of Q, and not ask in the name of B."""
    MembershipFactory(
        user=cast.anna, role="provider_manager", organisation=cast.b.provider.organisation
    )
    with acting(cast, "anna") as anna:
        assert Pupil.objects.visible_to(anna).filter(pk=cast.b.pupil.pk).exists()
        with pytest.raises(MoveNotAllowed):
            actions.save_concept(anna, pupil=cast.b.pupil)
