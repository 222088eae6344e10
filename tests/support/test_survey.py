"""The survey from invitation to results: rules, links, sealing, and answers that stay anonymous."""

import datetime as dt
import hashlib
from collections import Counter
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from oja.access.actor import Actor, become
from oja.access.models import OneTimeLink
from oja.access.scoping import guarded
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from support import survey_results
from support.actions.survey import (
    KEYS,
    invite_to_survey,
    keep_survey_answer,
    link_code,
    record_answers_many,
    send_survey_again,
    send_survey_answers,
    sheet_purpose,
    survey_progress,
)
from support.models import AnswerSheet, SealedSheet, SurveyInvitation, SurveyProgress, SurveyRound
from support.sealing import seal, unseal
from support.survey_rules import HalfYear, half_years_in, link_expires_on, pupil_informant
from tests.cast import NAMES
from tests.support.helpers import acting

pytestmark = pytest.mark.django_db

FULL = {"q1": 4, "q2": 3, "q3": None, "mark": 8, "remark": ""}


def rows(sql, *values):
    """What the owner of the database reads: every row, every hidden column."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def invite(cast, trajectory=None, world="a", informant="parent", guardian=None):
    """Somebody of a trajectory is invited; (invitation, link as an actor)."""
    worker = {"a": "bas", "b": "joke"}[world]
    trajectory = trajectory or getattr(cast, world).new_trajectory(active=True)
    with acting(cast, worker) as actor:
        invitation, code = invite_to_survey(
            actor, trajectory=trajectory, informant=informant, guardian=guardian
        )
    return invitation, holder(code)


def holder(code):
    """Whoever has the link."""
    digest = hashlib.sha256(code.encode()).hexdigest()
    return Actor.for_link(OneTimeLink.objects.get(token_hash=digest))


def fill_in(actor, **answers):
    """Answer every question, as the pages do."""
    with become(actor), guarded():
        for key, value in answers.items():
            keep_survey_answer(actor, key=key, value=value)


def send(actor, **answers):
    """Answer and send."""
    fill_in(actor, **{**FULL, **answers})
    with become(actor), guarded():
        return send_survey_answers(actor)


def results(cast, name="cato"):
    """The results of this half-year for one person."""
    with acting(cast, name):
        return survey_results.of_half_years([HalfYear.of(today())])


def only(found, informant="parent"):
    (row,) = [row for row in found if row.informant == informant]
    return row


# --- Rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "key"),
    [
        ("2026-07-31", "2025-2"),
        ("2026-08-01", "2026-1"),
        ("2026-11-21", "2026-1"),
        ("2027-01-31", "2026-1"),
        ("2027-02-01", "2026-2"),
    ],
)
def test_it_knows_the_half_of_the_school_year(day, key):
    day = dt.date.fromisoformat(day)
    half_year = HalfYear.of(day)
    assert str(half_year) == key
    assert HalfYear.parse(key) == half_year
    assert half_year.period.contains(day)


def test_it_takes_whole_half_years_only():
    year = (dt.date(2025, 8, 1), dt.date(2026, 8, 1))
    assert [str(item) for item in half_years_in(*year)] == ["2025-1", "2025-2"]
    assert half_years_in(dt.date(2025, 8, 2), dt.date(2026, 7, 31)) == []


def test_it_ends_all_links_of_a_week_on_the_same_monday():
    days = [dt.date(2026, 11, 16) + dt.timedelta(days=number) for number in range(7)]
    ends = {link_expires_on(day) for day in days[1:]} | {link_expires_on(days[0])}
    assert ends == {dt.date(2026, 11, 30), dt.date(2026, 12, 7)}
    assert all(link_expires_on(day) >= day + dt.timedelta(days=14) for day in days)


@pytest.mark.parametrize("key", ["2024-1", "2025-2", "2026-1", "2026-2", "2027-1"])
def test_it_closes_on_the_same_day_in_the_database(key):
    assert rows("SELECT oja.survey_closes(%s)", key) == [(HalfYear.parse(key).closes_on,)]


@pytest.mark.parametrize(("age", "kind"), [(5, None), (6, "child"), (11, "child"), (12, "pupil")])
def test_it_asks_a_pupil_by_age(age, kind):
    assert pupil_informant(dt.date(2014, 11, 21), dt.date(2014 + age, 11, 21)) == kind


def test_it_seals_what_only_the_same_purpose_opens():
    body = seal({"q1": 4, "remark": "ünïcode"}, "one")
    assert unseal(body, "one") == {"q1": 4, "remark": "ünïcode"}
    assert unseal(body, "other") is None
    assert unseal(body[:-1] + bytes([body[-1] ^ 1]), "one") is None
    assert unseal(b"", "one") is None


def test_it_seals_every_answer_in_the_same_length():
    longest = seal({**FULL, "remark": "é" * 500}, "one")
    assert len(longest) == len(seal(FULL, "one"))
    assert seal(FULL, "one") != seal(FULL, "one")


# --- Inviting -------------------------------------------------------------------------------------


def test_it_invites_once_per_half_year(cast):
    invitation, link = invite(cast, cast.a.trajectory)
    assert invitation.half_year == str(HalfYear.of(today()))
    assert invitation.provider_id == cast.a.provider.pk
    assert invitation.arrangement_id == cast.a.arrangement.pk
    with become(link), guarded():
        (seen,) = SurveyRound.objects.visible_to(link)
        assert (seen.provider_id, seen.informant) == (cast.a.provider.pk, "parent")
        assert not SurveyInvitation.objects.visible_to(link).exists()
    with pytest.raises(ValidationError, match=r"uitgenodigd|invited"):
        invite(cast, cast.a.trajectory)


def test_it_invites_each_parent_for_themselves(cast):
    first, second = cast.a.parents
    one, _link = invite(cast, cast.a.trajectory, guardian=first)
    other, _link = invite(cast, cast.a.trajectory, guardian=second)
    assert one.giver_label != other.giver_label


def test_it_asks_nothing_before_help_started(cast):
    waiting = cast.a.new_trajectory(helped=False)
    with pytest.raises(ValidationError):
        invite(cast, waiting)


def test_it_gives_questions_of_the_right_age_only(cast):
    wrong = (
        "pupil" if pupil_informant(cast.a.trajectory.birth_date, today()) == "child" else "child"
    )
    with pytest.raises(ValidationError):
        invite(cast, cast.a.trajectory, informant=wrong)


def test_it_lets_no_stranger_invite(cast):
    with acting(cast, "joke") as actor, pytest.raises(NotVisible):
        invite_to_survey(actor, trajectory=cast.a.trajectory, informant="parent")
    with acting(cast, "anna") as actor, pytest.raises(MoveNotAllowed):
        invite_to_survey(actor, trajectory=cast.a.trajectory, informant="parent")


def test_it_makes_no_link_for_an_invitation_of_others(cast):
    invitation, _link = invite(cast, cast.a.trajectory)
    with acting(cast, "hans"), pytest.raises(DatabaseError), transaction.atomic():
        rows("SELECT oja.open_survey_link(%s, %s, true)", invitation.pk, "0" * 64)


def test_it_sends_a_link_a_second_time_and_no_third(cast):
    invitation, _link = invite(cast, cast.a.trajectory)
    code = link_code(invitation)
    before = OneTimeLink.objects.filter(purpose="survey").count()
    with acting(cast, "bas") as actor:
        again, same = send_survey_again(actor, invitation=invitation)
        assert same == code
        with pytest.raises(MoveRefused):
            send_survey_again(actor, invitation=again)
    assert OneTimeLink.objects.filter(purpose="survey").count() == before


def test_it_does_not_open_an_answered_link_again(cast):
    invitation, link = invite(cast, cast.a.trajectory)
    assert send(link)
    with acting(cast, "bas") as actor:
        send_survey_again(actor, invitation=invitation)
    assert not OneTimeLink.objects.filter(purpose="survey").exists()


# --- Filling in -----------------------------------------------------------------------------------


def test_it_keeps_what_was_filled_in_until_sending(cast):
    _invitation, link = invite(cast, cast.a.trajectory)
    fill_in(link, q1=4, q2=None)
    with become(link), guarded():
        assert survey_progress(link) == {"q1": 4, "q2": None}
        with pytest.raises(ValidationError):
            send_survey_answers(link)
    assert send(link)
    assert not SurveyProgress.objects.exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [("q1", 0), ("q1", 5), ("q1", "4"), ("mark", 11), ("q9", 1), ("remark", "x" * 501)],
)
def test_it_refuses_what_is_no_answer(cast, key, value):
    _invitation, link = invite(cast, cast.a.trajectory)
    with become(link), guarded(), pytest.raises(ValidationError):
        keep_survey_answer(link, key=key, value=value)


def test_it_asks_children_three_questions_only(cast):
    assert KEYS["child"] == ("q1", "q2", "q3")
    pupil = cast.a.new_pupil(birth_date=today() - dt.timedelta(days=366 * 8))
    trajectory = cast.a.new_trajectory(pupil=pupil, active=True)
    _invitation, link = invite(cast, trajectory, informant="child")
    with become(link), guarded(), pytest.raises(ValidationError):
        keep_survey_answer(link, key="mark", value=8)


def test_it_takes_an_answer_once(cast):
    _invitation, link = invite(cast, cast.a.trajectory)
    assert send(link)
    with become(link), guarded(), pytest.raises(MoveNotAllowed):
        send_survey_answers(link)
    with become(link):
        assert rows("SELECT oja.send_survey(%s::bytea, NULL)", b"x") == [(False,)]
    assert SealedSheet.objects.count() == 1


def test_it_takes_nothing_by_an_expired_link(cast):
    _invitation, link = invite(cast, cast.a.trajectory)
    fill_in(link, **FULL)
    OneTimeLink.objects.filter(pk=link.link_id).update(expires_on=today())
    with become(link):
        assert rows("SELECT oja.send_survey(%s::bytea, NULL)", b"x") == [(False,)]


def test_it_shows_one_link_nothing_of_another(cast):
    _one, first = invite(cast)
    _two, second = invite(cast)
    fill_in(first, q1=1)
    with become(second), guarded():
        assert survey_progress(second) == {}
        assert not SurveyProgress.objects.visible_to(second).exists()
    with become(second):
        assert rows("SELECT count(*) FROM support_surveyprogress") == [(0,)]


def test_it_masks_a_number_that_looks_like_a_bsn(cast):
    _invitation, link = invite(cast, cast.a.trajectory)
    with become(link), guarded():
        kept = keep_survey_answer(link, key="remark", value="bel 111222333 even")
    assert "111222333" not in kept["remark"]


# --- Results --------------------------------------------------------------------------------------


def test_it_shows_nothing_before_five(cast):
    for number in range(4):
        send(invite(cast)[1], mark=number + 5)
    row = only(results(cast))
    assert (row.invited, row.answered, row.counted, row.mark) == (4, None, 0, None)
    assert not AnswerSheet.objects.exists()


def test_it_shows_marks_from_five(cast):
    for number in range(5):
        send(invite(cast)[1], mark=number + 5, remark=f"opmerking {number}")
    row = only(results(cast))
    assert (row.invited, row.answered, row.counted, row.mark) == (5, 5, 5, 7)
    assert (row.high_share, row.score("q1"), row.score("q3")) == (0.4, 4, None)
    with acting(cast, "cato"):
        found = survey_results.remarks([HalfYear.of(today())])
    assert sorted(found) == [("parent", f"opmerking {number}") for number in range(5)]


def test_it_does_not_change_by_one_more_answer(cast):
    for _number in range(5):
        send(invite(cast)[1], mark=8)
    before = only(results(cast))
    for _number in range(4):
        send(invite(cast)[1], mark=1, q1=1, remark="dit mag niet te herkennen zijn")
        after = only(results(cast))
        assert after.invited > before.invited
        assert {**vars(after), "invited": 0} == {**vars(before), "invited": 0}
        with acting(cast, "cato"):
            assert survey_results.remarks([HalfYear.of(today())]) == []
    send(invite(cast)[1], mark=1)
    assert only(results(cast)).counted == 10


def test_it_counts_the_last_answers_in_the_response_once_closed(cast):
    past = HalfYear(2024, 1)
    with become(Actor.system("a world with a past")) as system:
        provider, arrangement = cast.a.provider, cast.a.arrangement
        answer = {"provider": provider, "arrangement": arrangement, "half_year": str(past)}
        answers = [{**answer, "informant": "parent", **FULL} for _number in range(7)]
        assert record_answers_many(system, answers) == 5
    for _number in range(8):
        SurveyInvitation.objects.create(
            trajectory=cast.a.trajectory if not _number else cast.a.new_trajectory(active=True),
            provider=provider,
            arrangement=arrangement,
            half_year=str(past),
            informant="parent",
            giver_label="iemand",
            asked_on=past.period.start,
            expires_on=past.period.last,
        )
    with acting(cast, "cato") as actor:
        window = (past.period.start, past.period.end)
        (row,) = survey_results.results(actor, "provider", [provider], *window)
        assert survey_results.results(actor, "school", [provider], *window) == []
    assert (row.invited, row.answered, row.counted) == (8, 7, 5)


def test_it_shows_results_to_the_own_organisation_and_remarks_to_its_manager(cast):
    for _number in range(5):
        send(invite(cast)[1], remark="Canary")
    seen, read = set(), set()
    for name in NAMES:
        if results(cast, name):
            seen.add(name)
        with acting(cast, name):
            if survey_results.remarks([HalfYear.of(today())]):
                read.add(name)
    assert seen == {"bas", "cato", "gijs"}
    assert read == {"cato"}


def test_it_publishes_exact_numbers_for_the_system_only(cast):
    for _number in range(5):
        send(invite(cast)[1], mark=9)
    half_years = [HalfYear.of(today())]
    with become(Actor.system("a snapshot")) as system:
        (row,) = survey_results.results_for_publication(
            system, arrangement=cast.a.arrangement, half_years=half_years
        )
        assert row.mark == 9
        assert not survey_results.results_for_publication(
            system, arrangement=cast.b.arrangement, half_years=half_years
        )
    with acting(cast, "cato") as actor, pytest.raises(PermissionError):
        survey_results.results_for_publication(actor, arrangement=None, half_years=[])


# --- Attacks --------------------------------------------------------------------------------------


@pytest.fixture
def filled(cast):
    """Twelve parents of two providers' worlds answer in a known order, each with an own mark."""
    order = []
    for number in range(11):
        invitation, link = invite(cast)
        send(link, mark=number % 10 + 1, q1=number % 4 + 1, remark=f"tekst {number}")
        order.append((invitation.pk, link.link_id, number))
    return order


def readable(table):
    """The rows that whoever acts can read; none where the table itself is closed to them."""
    if rows("SELECT has_table_privilege(%s, 'SELECT')", table) == [(False,)]:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            rows(f"SELECT * FROM {table}")
        return []
    return rows(f"SELECT * FROM {table}")


def test_no_role_reads_a_sheet(cast, filled):
    for name in NAMES:
        with acting(cast, name):
            for table in ("answersheet", "sealedsheet", "surveyprogress", "surveyround"):
                assert readable(f"support_{table}") == [], (name, table)


def test_a_link_reads_no_sheet_either(cast, filled):
    _invitation, link = invite(cast)
    with become(link):
        for table in ("answersheet", "sealedsheet", "surveyinvitation", "trajectory"):
            assert readable(f"support_{table}") == []


def test_the_pool_stays_sealed_until_it_is_large_enough(cast):
    for _number in range(3):
        send(invite(cast)[1])
    _invitation, link = invite(cast)
    with become(link):
        assert rows("SELECT * FROM oja.survey_pool()") == []
        with pytest.raises(DatabaseError), transaction.atomic():
            rows("SELECT oja.send_survey(NULL, %s::jsonb)", '[{"mark": 1}]')


def test_the_owner_finds_no_column_that_points_at_a_child(filled):
    columns = rows(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name IN ('support_answersheet', 'support_sealedsheet')"
    )
    assert {name for name, _kind in columns} == {
        *("id", "round_id", "q1", "q2", "q3", "mark", "remark", "body")
    }
    assert not [kind for _name, kind in columns if "time" in kind or kind == "date"]


def test_the_owner_finds_every_key_of_a_sheet_nowhere_else(filled):
    """No other table holds the key of a sheet, sealed or not."""
    keys = {str(key) for (key,) in rows("SELECT id FROM support_answersheet")}
    keys |= {str(key) for (key,) in rows("SELECT id FROM support_sealedsheet")}
    tables = rows(
        "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_schema IN ('public', 'oja') AND table_type = 'BASE TABLE'"
        " AND table_name NOT IN ('support_answersheet', 'support_sealedsheet')"
    )
    for schema, table in tables:
        text = str(rows(f'SELECT t::text FROM "{schema}"."{table}" t'))
        assert not [key for key in keys if key in text], table


def test_the_owner_finds_no_link_and_no_progress_of_who_answered(filled):
    links = {str(link) for _invitation, link, _number in filled}
    tables = rows(
        "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_schema IN ('public', 'oja') AND table_type = 'BASE TABLE'"
    )
    for schema, table in tables:
        text = str(rows(f'SELECT t::text FROM "{schema}"."{table}" t'))
        assert not [link for link in links if link in text], table


def test_the_owner_reads_no_order_from_the_place_on_the_disk(cast):
    """Thirty times ten answers: the place of the first one sent is anywhere among the ten."""
    with become(Actor.system("a world with a past")) as system:
        provider, arrangement = cast.a.provider, cast.a.arrangement
        places = []
        for turn in range(30):
            half_year = str(HalfYear(1990 + turn, 1))
            answer = {"provider": provider, "arrangement": arrangement, "half_year": half_year}
            answer["informant"] = "parent"
            for part in (range(1, 6), range(6, 11)):
                record_answers_many(system, [{**answer, **FULL, "mark": mark} for mark in part])
            marks = rows(
                "SELECT a.mark FROM support_answersheet a JOIN support_surveyround r"
                " ON r.id = a.round_id WHERE r.half_year = %s ORDER BY a.ctid",
                half_year,
            )
            places.append([mark for (mark,) in marks])
    assert all(sorted(found) == list(range(1, 11)) for found in places)
    first = Counter(found.index(1) for found in places)
    newest = Counter(found[-1] > 5 for found in places)
    assert max(first.values()) <= 14  # a fixed place would give 30
    assert set(newest) == {True, False}


def test_the_owner_reads_no_order_from_transactions(cast):
    """Real transactions, one per answer: all sheets of a round carry the same number."""
    for _number in range(10):
        with transaction.atomic():
            send(invite(cast)[1])
    assert len(rows("SELECT DISTINCT xmin::text FROM support_answersheet")) == 1


def test_the_owner_cannot_read_what_waits(filled):
    """Eleven answers: ten in the open, among others, and the last one sealed."""
    assert AnswerSheet.objects.count() == 10
    ((body,),) = rows("SELECT body FROM support_sealedsheet")
    assert b"tekst" not in bytes(body)
    round_id = SurveyRound.objects.get().pk
    assert unseal(body, sheet_purpose(round_id))["remark"] == "tekst 10"


def test_the_owner_cannot_tell_from_the_links_who_was_invited_when(cast):
    """Links of a round share every column but their code and the week in which they end."""
    for _number in range(6):
        invite(cast)
    found = rows(
        "SELECT DISTINCT target_id, subject_label, expires_on, birth_hash, opened_at, used_at,"
        " created_at, updated_at, created_by_id, xmin::text"
        " FROM access_onetimelink WHERE purpose = 'survey'"
    )
    assert len(found) == 1


def test_the_invitation_does_not_change_by_the_answer(cast):
    invitation, link = invite(cast, cast.a.trajectory)
    before = rows("SELECT i.*, i.xmin::text, i.ctid::text FROM support_surveyinvitation i")
    send(link)
    after = rows("SELECT i.*, i.xmin::text, i.ctid::text FROM support_surveyinvitation i")
    assert before == after
    assert SurveyInvitation.objects.get(pk=invitation.pk).updated_at == invitation.updated_at


def test_nobody_but_the_system_fills_sheets_by_hand(cast):
    with acting(cast, "cato") as actor, pytest.raises(MoveNotAllowed):
        record_answers_many(actor, [])
    with acting(cast, "cato"), pytest.raises(DatabaseError), transaction.atomic():
        rows("SELECT oja.keep_survey_answers(NULL, '{}', NULL)")


def test_it_forgets_unfinished_surveys_of_ended_links(cast):
    _invitation, link = invite(cast, cast.a.trajectory)
    fill_in(link, q1=4)
    OneTimeLink.objects.filter(pk=link.link_id).update(expires_on=today())
    call_command("clear_surveys", stdout=(said := StringIO()))
    assert said.getvalue() == "1 unfinished surveys removed.\n"
    assert not SurveyProgress.objects.exists()
