from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    """How every page works: lists, forms, moves, drafts, navigation. Knows no pupil."""

    name = "oja.pages"
    label = "pages"
    verbose_name = _("Pages")

    def ready(self):
        from oja.pages.navigation import nav

        nav(_("Home"), "home", "house", "page_view", order=10, tab=True)
