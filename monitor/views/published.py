"""Published figures: what a municipality and a partnership read.

This module must not know a person: not the apps that hold pupils, help or providers, nor the
engine that counts them (an import contract in pyproject.toml). It reads figures that were
frozen, and there is no frozen figure yet.
"""

from django.shortcuts import render

from oja.access.decorators import needs
from oja.access.permissions import Permission


@needs(Permission.FIGURES_VIEW)
def monitor(request):
    """The figures that were settled. None yet, and the page says so."""
    return render(request, "monitor/published.html", {})
