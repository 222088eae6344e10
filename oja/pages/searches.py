"""Searching for a person: the words stay on the server, the address holds a number."""

from django.db.models import Max, Q

from oja.core.text import clean_text, fold
from oja.core.workflow import hold
from oja.pages.models import PersonSearch

FIELD = "q"  # in the posted form
NUMBER = "zoek"  # in the address
_LONGEST = 200


def remember_search(actor, text):
    """Keep what somebody looks for and give its number."""
    text = clean_text(text).strip()[:_LONGEST]
    mine = PersonSearch.objects.visible_to(actor)
    known = mine.filter(text=text).values_list("number", flat=True).first()
    if known is not None:
        return known
    hold("search", actor.user_id)  # two windows must not get one number
    number = (mine.aggregate(last=Max("number"))["last"] or 0) + 1
    PersonSearch.objects.bulk_create(
        [PersonSearch(user_id=actor.user_id, number=number, text=text)]
    )
    return number


def search_text(actor, number):
    """The words behind a number of this actor; empty when there are none."""
    if actor.user_id is None or not (number.isascii() and number.isdigit() and len(number) < 9):
        return ""
    mine = PersonSearch.objects.visible_to(actor).filter(number=int(number))
    return mine.values_list("text", flat=True).first() or ""


def by_name(*fields):
    """A search over stored sort keys: every word must occur, without accents, in any order."""

    def search(rows, text):
        for word in fold(text).split():
            found = Q()
            for name in fields:
                found |= Q(**{f"{name}__contains": word})
            rows = rows.filter(found)
        return rows

    return search
