"""Asking, answering, correcting and withdrawing consent."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from oja.access.actor import Actor, become
from oja.access.models import OneTimeLink
from oja.access.scoping import guarded
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from support import actions, facts
from support.models import Consent, ConsentAnswer, SupportRequest
from tests.factories.support import agree, days_ago
from tests.support.helpers import acting


@pytest.fixture
def request_a(cast):
    return cast.a.unshared


@pytest.fixture
def mother(request_a):
    return request_a.pupil.guardians.get(relation="mother")


def record(actor, request, guardian, answer="given", **fields):
    return actions.record_consent(
        actor, request=request, purpose="share", guardian=guardian, answer=answer, **fields
    )


def test_it_records_an_answer_from_a_talk(cast, request_a, mother):
    with acting(cast, "anna") as anna:
        consent = record(anna, request_a, mother, note="Zij belde. 111222333")
    consent.refresh_from_db()
    assert (consent.state, consent.form, consent.regime) == ("given", "talk", "parents")
    assert (consent.answered_on, consent.recorded_by_id) == (today(), cast.anna.pk)
    assert consent.pupil_label == request_a.pupil.first_name
    assert mother.full_name in consent.giver_label
    assert consent.provider_id == cast.a.provider.pk
    assert "111222333" not in consent.note


@pytest.mark.parametrize("day", [-1])
def test_it_records_no_answer_of_tomorrow(cast, request_a, mother, day):
    with acting(cast, "anna") as anna, pytest.raises(ValidationError):
        record(anna, request_a, mother, answered_on=days_ago(day))


def test_it_records_no_answer_of_a_young_child(cast, request_a):
    with acting(cast, "anna") as anna:
        for ask in (
            lambda: record(anna, request_a, None),
            lambda: actions.ask_consent_by_link(anna, request=request_a, purpose="share"),
        ):
            with pytest.raises(ValidationError):
                ask()


def test_it_knows_three_answers(cast, request_a, mother):
    with acting(cast, "anna") as anna, pytest.raises(ValidationError):
        record(anna, request_a, mother, answer="withdrawn")


def test_it_takes_answers_of_this_family_only(cast, request_a):
    stranger = cast.a.parents[0]
    with acting(cast, "anna") as anna:
        with pytest.raises(ValidationError):
            record(anna, request_a, stranger)
        with pytest.raises(NotVisible):
            record(anna, request_a, stranger.pk)


def test_it_needs_one_case(cast, request_a, mother):
    with acting(cast, "anna") as anna, pytest.raises(TypeError):
        actions.record_consent(anna, purpose="share", guardian=mother, answer="given")


def test_it_keeps_the_consents_of_school_and_care_apart(cast, mother, request_a):
    parent = cast.a.parents[0]
    with acting(cast, "anna") as anna:
        with pytest.raises(MoveNotAllowed):
            actions.record_consent(
                anna, request=request_a, purpose="help", guardian=mother, answer="given"
            )
        assert not Consent.objects.visible_to(anna).filter(purpose="help").exists()
    with acting(cast, "bas") as bas:
        case = {"trajectory": cast.a.trajectory, "purpose": "others_present"}
        consent = actions.record_consent(bas, **case, guardian=parent, answer="given")
        assert consent.request_id == cast.a.request.pk
    with acting(cast, "cato") as cato:
        assert Consent.objects.visible_to(cato).filter(pk=consent.pk).exists()
        with pytest.raises(MoveNotAllowed):
            actions.record_consent(cato, **case, guardian=parent, answer="refused")
    with acting(cast, "gijs") as gijs, pytest.raises(NotVisible):
        actions.record_consent(gijs, **case, guardian=parent, answer="refused")


def test_the_database_ties_a_consent_to_its_case(cast):
    """A consent that names a foreign request lands at the foreign school, which is not allowed."""
    with acting(cast, "anna"):
        row = Consent(
            request_id=cast.b.request.pk,
            pupil_id=cast.a.pupil.pk,
            site_id=cast.a.site.pk,
            purpose="share",
            giver_label="x",
            regime="parents",
            state="given",
            answered_on=today(),
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)


def test_it_asks_by_link_and_replaces_an_open_question(cast, request_a, mother):
    with acting(cast, "anna") as anna:
        first, old_link, _code = actions.ask_consent_by_link(
            anna, request=request_a, purpose="share", guardian=mother
        )
        second, link, code = actions.ask_consent_by_link(
            anna, request=request_a, purpose="share", guardian=mother
        )
    first.refresh_from_db()
    old_link.refresh_from_db()
    assert first.superseded_by == second
    assert old_link.revoked_at is not None
    assert (second.state, second.asked_on, second.link_id) == ("asked", today(), link.pk)
    assert link.expires_on == today() + dt.timedelta(days=14)
    assert code not in str(OneTimeLink.objects.filter(pk=link.pk).values())
    assert link.birth_hash


def answer(link, consent, words, **fields):
    actor = Actor.for_link(OneTimeLink.objects.get(pk=link.pk))
    with become(actor), guarded():
        return actions.answer_consent(actor, consent=consent, answer=words, **fields)


@pytest.mark.parametrize(
    ("words", "state"), [("yes", "given"), ("no", "refused"), ("talk", "talk")]
)
def test_it_takes_an_answer_by_link_once(cast, request_a, mother, words, state):
    with acting(cast, "anna") as anna:
        consent, link, _code = actions.ask_consent_by_link(
            anna, request=request_a, purpose="share", guardian=mother
        )
    answer(link, consent, words)
    consent.refresh_from_db()
    link.refresh_from_db()
    assert (consent.state, consent.answered_on, consent.form) == (state, today(), "link")
    assert link.used_at is not None
    with pytest.raises(MoveRefused):
        answer(link, consent, "no")
    consent.refresh_from_db()
    assert consent.state == state


def test_it_answers_only_the_question_of_the_link(cast, request_a, mother):
    """What the sender names does not matter: the link says which question it is."""
    with acting(cast, "anna") as anna:
        consent, link, _code = actions.ask_consent_by_link(
            anna, request=request_a, purpose="share", guardian=mother
        )
    father = request_a.pupil.guardians.get(relation="father")
    with acting(cast, "anna") as anna:
        other, _link, _code = actions.ask_consent_by_link(
            anna, request=request_a, purpose="share", guardian=father
        )
    answer(link, other, "no")
    other.refresh_from_db()
    consent.refresh_from_db()
    assert (consent.state, other.state) == ("refused", "asked")


@pytest.mark.parametrize("end", ["talked", "expired", "revoked"])
def test_it_takes_no_answer_by_a_closed_link(cast, request_a, mother, end):
    with acting(cast, "anna") as anna:
        consent, link, _code = actions.ask_consent_by_link(
            anna, request=request_a, purpose="share", guardian=mother
        )
        if end == "talked":
            record(anna, request_a, mother, answer="talk")
    if end == "expired":
        OneTimeLink.objects.filter(pk=link.pk).update(expires_on=today())
    if end == "revoked":
        OneTimeLink.objects.filter(pk=link.pk).update(revoked_at=link.created_at)
    with pytest.raises(MoveRefused):
        answer(link, consent, "yes")
    assert not ConsentAnswer.objects.exists()


def test_a_link_sees_its_own_question_and_nothing_else(cast, request_a, mother):
    with acting(cast, "anna") as anna:
        consent, link, _code = actions.ask_consent_by_link(
            anna, request=request_a, purpose="share", guardian=mother
        )
    actor = Actor.for_link(link)
    with become(actor):
        assert list(Consent.objects.values_list("pk", flat=True)) == [consent.pk]
        assert list(Consent.objects.visible_to(actor)) == [consent]
        assert not SupportRequest.objects.exists()
        assert Consent.objects.update(state="given", answered_on=today()) == 0
        with pytest.raises(ValidationError):
            actions.answer_consent(actor, consent=consent, answer="maybe")
    with acting(cast, "anna") as anna, pytest.raises(MoveNotAllowed):
        actions.answer_consent(anna, consent=consent, answer="yes")


def test_it_withdraws_what_was_given_and_nothing_else(cast, request_a, mother):
    with acting(cast, "anna") as anna:
        given = record(anna, request_a, mother, answered_on=days_ago(2))
        with pytest.raises(ValidationError):
            actions.withdraw_consent(anna, consent=given, on=days_ago(3))
        done = actions.withdraw_consent(anna, consent=given, note="Zij belde.")
        assert done.note == "Zij belde."
        for wrong in (done, record(anna, request_a, mother, answer="refused")):
            with pytest.raises(MoveRefused):
                actions.withdraw_consent(anna, consent=wrong)
    with acting(cast, "dirk") as dirk, pytest.raises(NotVisible):
        actions.withdraw_consent(dirk, consent=given)
    with acting(cast, "cato") as cato, pytest.raises(MoveNotAllowed):
        actions.withdraw_consent(cato, consent=given)


def test_it_takes_no_older_answer_after_a_withdrawal(cast, request_a, mother):
    with acting(cast, "anna") as anna:
        given = record(anna, request_a, mother, answered_on=days_ago(5))
        actions.withdraw_consent(anna, consent=given)
        with pytest.raises(ValidationError):
            record(anna, request_a, mother, answered_on=days_ago(1))
        record(anna, request_a, mother)


def test_it_can_withdraw_from_the_first_day(cast, request_a, mother):
    with acting(cast, "anna") as anna:
        given = record(anna, request_a, mother)
        actions.withdraw_consent(anna, consent=given)
        state = facts.consent_state(anna, request_a, "share", today())
        assert [giver.key for giver in state.withdrawn] == [mother.pk]


def test_it_corrects_with_a_reason_and_keeps_both(cast, request_a, mother):
    with acting(cast, "anna") as anna:
        wrong = record(anna, request_a, mother, answer="refused", answered_on=days_ago(3))
        for bad in (
            {"answer": "given", "note": " "},
            {"answer": "asked", "note": "x"},
            {"answer": "given", "note": "x", "answered_on": days_ago(-1)},
        ):
            with pytest.raises(ValidationError):
                actions.correct_consent(anna, consent=wrong, **bad)
        right = actions.correct_consent(
            anna, consent=wrong, answer="given", note="Ik klikte verkeerd."
        )
        with pytest.raises(MoveRefused):
            actions.correct_consent(anna, consent=wrong, answer="talk", note="x")
    wrong.refresh_from_db()
    assert wrong.superseded_by == right
    assert (wrong.state, right.state, right.answered_on) == ("refused", "given", days_ago(3))
    request_a.refresh_from_db()
    assert request_a.share_state == "incomplete"


def test_a_withdrawal_is_not_corrected_away(cast, request_a, mother):
    with acting(cast, "anna") as anna:
        given = record(anna, request_a, mother, answered_on=days_ago(5))
        done = actions.withdraw_consent(anna, consent=given)
        with pytest.raises(ValidationError, match="answered_on"):
            actions.correct_consent(anna, consent=done, answer="given", note="Verkeerd gelezen.")
        actions.correct_consent(anna, consent=done, answer="refused", note="Zij zei nee.")


def test_a_provider_does_not_give_itself_what_the_family_took_back(cast):
    given = Consent.objects.filter(request=cast.a.trajectory.request, purpose="share").first()
    parent = given.guardian
    with acting(cast, "bas") as bas:
        taken_back = actions.withdraw_consent(bas, consent=given)
        with pytest.raises(MoveNotAllowed):
            actions.correct_consent(bas, consent=taken_back, answer="given", note="Toch wel.")
        with pytest.raises(MoveNotAllowed):
            actions.record_consent(
                bas,
                trajectory=cast.a.trajectory,
                purpose="share",
                guardian=parent,
                answer="given",
            )


def test_it_corrects_no_open_question(cast, request_a, mother):
    with acting(cast, "anna") as anna:
        asked, _link, _code = actions.ask_consent_by_link(
            anna, request=request_a, purpose="share", guardian=mother
        )
        with pytest.raises(MoveRefused):
            actions.correct_consent(anna, consent=asked, answer="given", note="x")


def test_it_asks_the_pupil_from_twelve(cast):
    pupil = cast.a.new_pupil(twelve=True)
    request = cast.a.new_request(pupil=pupil, submitted=True)
    with acting(cast, "anna") as anna:
        people = facts.people_to_ask(anna, pupil, today())
        assert people[0][0] is None
        assert len(people) == 3
        for guardian, _label in people:
            record(anna, request, guardian)
    request.refresh_from_db()
    assert request.share_state == "complete"


def test_it_asks_the_pupil_alone_from_sixteen(cast):
    pupil = cast.a.new_pupil(sixteen=True)
    request = cast.a.new_request(pupil=pupil, submitted=True)
    with acting(cast, "anna") as anna:
        assert facts.people_to_ask(anna, pupil, today()) == [(None, pupil.full_name)]
        record(anna, request, None)
    request.refresh_from_db()
    assert (request.share_state, request.shared_until) == ("complete", None)


def test_it_is_asked_for_one_case_only(cast):
    """A consent is specific (AVG 4.11): a second question to share is asked again."""
    second = cast.a.new_request(pupil=cast.a.pupil, submitted=True)
    second.refresh_from_db()
    assert second.share_state == "none"
    agree(second)
    second.refresh_from_db()
    assert second.share_state == "complete"


def test_it_refuses_a_bulk_answer_of_a_stranger(cast):
    item = {"case": cast.a.unshared, "purpose": "share", "on": today(), "answer": "given"}
    system = Actor.system("tests")
    with pytest.raises(ValidationError):
        actions.record_consents_many(system, [{**item, "guardian": cast.b.parents[0]}])
    with acting(cast, "bas") as bas, pytest.raises(MoveNotAllowed):
        actions.record_consents_many(bas, [item])


def test_it_asks_nobody_twice_in_bulk(cast):
    guardian = cast.a.unshared.pupil.guardians.first()
    item = {
        "case": cast.a.unshared,
        "purpose": "share",
        "on": today(),
        "answer": "asked",
        "guardian": guardian,
    }
    system = Actor.system("tests")
    [row] = actions.record_consents_many(system, [item])
    assert (row.state, row.form, row.asked_on) == ("asked", "link", today())
    with pytest.raises(ValidationError):
        actions.record_consents_many(system, [item])
