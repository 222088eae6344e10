"""Pages that know no pupil: the gallery of components, staying logged in, the error pages."""

from django.http import HttpResponse
from django.shortcuts import render

from oja.core import gallery as examples


def gallery(request):
    """Every component in all its states, with invented texts."""
    return render(request, "components/gallery.html", examples.context())


def stay(request):
    """Answers nothing; being asked is enough to keep the session."""
    return HttpResponse(status=204)
