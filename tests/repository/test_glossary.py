"""Code, catalogue and glossary speak one language."""

import re

import pytest
from django.apps import apps
from django.utils import translation

from oja.core import glossary

OURS = ("oja.", "schools", "providers", "support", "monitor")
# Tables that only the application itself talks about.
EXEMPT: dict[str, str] = {}


def our_models():
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith(OURS)
        for model in config.get_models()
    ]


def term_of(model):
    return next((term for term in glossary.terms() if term.identifier == model.__name__), None)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_every_model_is_a_word_of_the_glossary(model):
    if model.__name__ in EXEMPT:
        return
    term = term_of(model)
    assert term is not None, f"{model.__name__} is not in oja/docs/glossary.toml"
    with translation.override("en"):
        assert term.en == str(model._meta.verbose_name)
    with translation.override("nl"):
        assert term.nl == str(model._meta.verbose_name)


def test_exemptions_are_needed_and_have_a_reason():
    names = {model.__name__ for model in our_models()}
    for name, reason in EXEMPT.items():
        assert name in names
        assert reason


def test_every_term_is_complete_and_stands_once():
    terms = glossary.terms()
    assert len({term.slug for term in terms}) == len(terms)
    for term in terms:
        assert term.slug, term.nl
        assert term.definition.endswith("."), term.nl
        assert re.fullmatch(r"20\d\d-\d\d", term.since), term.nl
        assert len(term.definition) <= 300, term.nl
        assert term.source, term.nl


def test_it_finds_words_without_accents_in_any_order():
    assert "zorgcoördinator" in [term.nl for term in glossary.find("ZORGCOORDINATOR")]
    assert "hulpvraag" in [term.nl for term in glossary.find("ouders gesprek vraag")]
    assert glossary.find("xyzzy") == []
    assert len(glossary.find("")) == len(glossary.terms())
