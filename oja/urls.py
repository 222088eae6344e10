"""Puts the pages of the whole house together."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("oja.pages.urls")),
    path("", include("oja.access.urls")),
    path("", include("schools.urls")),
    path("", include("providers.urls")),
    path("", include("support.urls")),
    path("", include("monitor.urls")),
    path("beheer/", admin.site.urls),
]
