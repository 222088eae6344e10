"""What the owner of the database can find out about who answered what: nothing."""

from collections import Counter

import pytest
from django.db import DatabaseError, transaction

from oja.access.actor import Actor, become
from oja.core.workflow import MoveNotAllowed
from support.actions.survey import MARK, record_answers_many, sheet_purpose
from support.models import AnswerSheet, SurveyInvitation, SurveyRound
from support.sealing import unseal
from support.survey_rules import HalfYear
from tests.cast import NAMES
from tests.support.helpers import acting
from tests.support.surveys import FULL, invite, rows, send

pytestmark = pytest.mark.django_db


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
    assert unseal(body[MARK:], sheet_purpose(round_id))["remark"] == "tekst 10"


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
