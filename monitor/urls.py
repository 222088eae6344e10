"""Addresses of figures: live ones under /cijfers/, published ones under /monitor/."""

from django.urls import path

from monitor.views import agenda, live, meetings, published

urlpatterns = [
    path("cijfers/", live.figures, name="figures"),
    path("cijfers/doorstroom/", live.figure_flow, name="figure-flow"),
    path("cijfers/piramide/", live.figure_pyramid, name="figure-pyramid"),
    path("cijfers/<slug:slug>/", live.figure_detail, name="figure-detail"),
    path("cijfers/<slug:slug>/<slug:part>/", live.figure_rows, name="figure-rows"),
    path("monitor/", published.monitor, name="monitor"),
    path("monitor/doorstroom/", published.published_flow, name="published-flow"),
    path("monitor/piramide/", published.published_pyramid, name="published-pyramid"),
    path("monitor/<slug:slug>/", published.published_figure, name="published-figure"),
    path("monitor/<slug:slug>/agenda/", agenda.agenda_add, name="agenda-add"),
    path("monitor/<slug:slug>/duiding/", agenda.interpretation_add, name="interpretation-add"),
    path("uitleg/kleine-aantallen/", published.small_numbers, name="small-numbers"),
    path("overleg/", meetings.meeting_list, name="meeting-list"),
    path("overleg/nieuw/", meetings.meeting_new, name="meeting-new"),
    path("overleg/agenda/<uuid:pk>/weg/", agenda.agenda_remove, name="agenda-remove"),
    path("overleg/acties/<uuid:pk>/gedaan/", meetings.point_done, name="meeting-point-done"),
    path(
        "overleg/duiding/<uuid:pk>/eens/",
        meetings.interpretation_judge,
        name="meeting-interpretation-judge",
    ),
    path("overleg/<uuid:pk>/", meetings.meeting_detail, name="meeting-detail"),
    path("overleg/<uuid:pk>/wijzigen/", meetings.meeting_change, name="meeting-change"),
    path("overleg/<uuid:pk>/cijfers/", meetings.meeting_figures, name="meeting-figures"),
    path("overleg/<uuid:pk>/gehouden/", meetings.meeting_held, name="meeting-held"),
    path("overleg/<uuid:pk>/<slug:part>/", meetings.meeting_add, name="meeting-add"),
]
