"""Addresses of the pupils."""

from django.urls import path

from schools import attendance_views as attendance
from schools import views
from schools.pupil_import import pages as pupil_import

urlpatterns = [
    path("leerlingen/", views.pupil_list, name="pupil-list"),
    path("leerlingen/nieuw/", views.pupil_create, name="pupil-create"),
    path("leerlingen/inlezen/", pupil_import.pupil_import, name="pupil-import"),
    path(
        "leerlingen/inlezen/<uuid:pk>/",
        pupil_import.pupil_import_detail,
        name="pupil-import-detail",
    ),
    path(
        "leerlingen/inlezen/<uuid:pk>/kolommen/",
        pupil_import.pupil_import_columns,
        name="pupil-import-columns",
    ),
    path(
        "leerlingen/inlezen/<uuid:pk>/overnemen/",
        pupil_import.pupil_import_run,
        name="pupil-import-run",
    ),
    path(
        "leerlingen/inlezen/<uuid:pk>/terugdraaien/",
        pupil_import.pupil_import_undo,
        name="pupil-import-undo",
    ),
    path(
        "leerlingen/inlezen/<uuid:pk>/weggooien/",
        pupil_import.pupil_import_drop,
        name="pupil-import-drop",
    ),
    path("leerlingen/<uuid:pk>/", views.pupil_detail, name="pupil-detail"),
    path("leerlingen/<uuid:pk>/bewerken/", views.pupil_edit, name="pupil-edit"),
    path("leerlingen/<uuid:pk>/ouders/nieuw/", views.guardian_create, name="guardian-create"),
    path(
        "leerlingen/<uuid:pk>/ouders/<uuid:guardian_pk>/",
        views.guardian_edit,
        name="guardian-edit",
    ),
    path("leerlingen/<uuid:pk>/woonplaats/", views.residence_set, name="residence-set"),
    path(
        "leerlingen/<uuid:pk>/inschrijving/nieuw/", views.enrolment_create, name="enrolment-create"
    ),
    path(
        "leerlingen/<uuid:pk>/inschrijving/<uuid:enrolment_pk>/",
        views.enrolment_edit,
        name="enrolment-edit",
    ),
    path("leerlingen/<uuid:pk>/inschrijving/soort/", views.enrolment_again, name="enrolment-again"),
    path(
        "leerlingen/<uuid:pk>/inschrijving/<uuid:enrolment_pk>/vertrek/",
        views.enrolment_leave,
        name="enrolment-leave",
    ),
    path("verzuim/", attendance.attendance_list, name="attendance-list"),
    path("verzuim/nieuw/", attendance.attendance_create, name="attendance-create"),
    path("verzuim/<uuid:pk>/", attendance.attendance_detail, name="attendance-detail"),
    path("verzuim/<uuid:pk>/wijzigen/", attendance.attendance_edit, name="attendance-edit"),
    path("verzuim/<uuid:pk>/beeindigen/", attendance.attendance_end, name="attendance-end"),
    path("verzuim/<slug:slug>/", attendance.attendance_list, name="attendance-tab"),
]
