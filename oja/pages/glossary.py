"""The glossary, for everybody: also for who has no account."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render

from oja.core.glossary import by_slug, find, terms
from oja.core.text import clean_text

_LONGEST = 100  # characters of a search


@login_not_required
def glossary_list(request):
    """All terms, or those in which the searched words occur."""
    text = clean_text(request.GET.get("q", ""))[:_LONGEST].strip()
    found = find(text) if text else list(terms())
    letters = {}
    for term in found:
        letters.setdefault(term.slug[:1].upper(), []).append(term)
    context = {"letters": letters, "number": len(found), "search": text}
    return render(request, "pages/glossary_list.html", context)


@login_not_required
def glossary_term(request, slug):
    """One term: what it means, where that comes from, and what it is called elsewhere."""
    if slug not in by_slug():
        raise Http404
    return render(request, "pages/glossary_term.html", {"term": by_slug()[slug]})
