"""The glossary, for everybody: also for who has no account."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from oja.core.glossary import by_slug, find, terms
from oja.core.text import clean_text

_LONGEST = 100  # characters of a search


@login_not_required
def glossary_list(request):
    """All terms, or those in which the searched words occur."""
    text = clean_text(request.GET.get("q", ""))[:_LONGEST].strip()
    found = find(text) if text else terms()
    context = {"terms": found, "number": len(found), "search": text}
    return render(request, "pages/glossary_list.html", context)


@login_not_required
def glossary_term(request, slug):
    """One term: what it means, where that comes from, and what it is called elsewhere."""
    if slug not in by_slug():
        raise Http404
    term = by_slug()[slug]
    rows = [
        (_("Towards parents"), term.parents),
        (_("In English"), format_html('<span lang="en">{}</span>', term.en)),
        (_("In code and in exports"), format_html("<code>{}</code>", term.identifier)),
        (_("Source"), term.source),
        (_("In use since"), term.since),
    ]
    return render(request, "pages/glossary_term.html", {"term": term, "rows": rows})
