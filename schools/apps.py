from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = _("Schools")

    def ready(self):
        from oja.access.permissions import Permission, Role
        from oja.pages.navigation import nav
        from schools.sets import register_sets

        register_sets()
        nav(
            _("Pupils"),
            "pupil-list",
            "graduation-cap",
            Permission.PUPIL_VIEW,
            order=40,
            roles=(Role.SCHOOL_COORDINATOR,),
            tab=True,
        )
        nav(
            _("Absence"),
            "attendance-list",
            "calendar-check",
            Permission.ATTENDANCE_VIEW,
            order=45,
            roles=(Role.SCHOOL_COORDINATOR,),
        )
