"""The addresses of the application and one more: a page with nothing in its frame.

Only `manage.py bench` uses them. The page has the log-in, the menu with its numbers and the access
of whoever asks, so it costs what every page of that reader costs before it shows anything.
"""

from django.shortcuts import render
from django.urls import path

from oja.urls import urlpatterns as pages


def empty(request):
    """The frame."""
    return render(request, "base.html", {"title": "Leeg"})


urlpatterns = [path("leeg/", empty, name="empty"), *pages]
