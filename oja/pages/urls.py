"""Home, drafts, the glossary and the gallery of components."""

from django.urls import path

from oja.access.decorators import needs
from oja.access.permissions import Permission
from oja.core.views import gallery, stay
from oja.pages import drafts, glossary, home

for_all = needs(Permission.PAGE_VIEW)

urlpatterns = [
    path("", home.home, name="home"),
    path("concept/<str:form>/", drafts.draft_save, name="draft-save"),
    path("concept/<str:form>/weggooien/", drafts.draft_discard, name="draft-discard"),
    path("begrippen/", glossary.glossary_list, name="glossary"),
    path("begrippen/<slug:slug>/", glossary.glossary_term, name="glossary-term"),
    path("onderdelen/", for_all(gallery), name="gallery"),
    path("ingelogd-blijven/", for_all(stay), name="stay"),
]
