"""The glossary is for everybody."""

import pytest
from django.template import Context, Template

from oja.core import glossary


@pytest.fixture
def page(client, db):
    """The text of a page, for a visitor without an account."""

    def get(url, status=200):
        response = client.get(url)
        assert response.status_code == status
        return response.content.decode()

    return get


def test_it_shows_every_word_to_a_visitor(page):
    text = page("/begrippen/")
    for term in glossary.terms():
        assert f'href="/begrippen/{term.slug}/"' in text
    assert f"{len(glossary.terms())} woorden" in text


def test_it_searches_without_accents(page):
    text = page("/begrippen/?q=zorgcoordinator")
    assert "/begrippen/zorgcoordinator/" in text
    assert "/begrippen/vakantie/" not in text


@pytest.mark.parametrize(
    "search", ["xyzzy", "%00", "%EF%BF%BF", "<script>alert(1)</script>", "x" * 500]
)
def test_a_search_without_result_says_so_and_never_fails(page, search):
    text = page(f"/begrippen/?q={search}")
    assert "<script>alert" not in text


def test_nothing_found_offers_all_words(page):
    text = page("/begrippen/?q=xyzzy")
    assert "Geen woord past bij ‘xyzzy’" in text
    assert "Alle woorden tonen" in text
    assert "0 woorden" in text


def test_a_word_has_a_page_with_the_word_for_parents(page):
    text = page("/begrippen/regisseur/")
    assert "uw vaste contactpersoon" in text
    assert "Jeugdwet" in text


def test_an_unknown_word_does_not_exist(page):
    page("/begrippen/xyzzy/", status=404)


def test_a_word_on_a_page_explains_itself():
    shown = Template('{% term "Regisseur" %}').render(Context())
    assert "De ene medewerker die het plan" in shown
    assert 'href="/begrippen/regisseur/"' in shown
    own = Template('{% term "regisseur" definition="Iets anders" %}').render(Context())
    assert "Iets anders" in own
    with pytest.raises(KeyError):
        Template('{% term "xyzzy" %}').render(Context())
