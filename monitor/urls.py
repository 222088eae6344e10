"""Addresses of figures: live ones under /cijfers/, published ones under /monitor/."""

from django.urls import path

from monitor.views import live, published

urlpatterns = [
    path("cijfers/", live.figures, name="figures"),
    path("cijfers/doorstroom/", live.figure_flow, name="figure-flow"),
    path("cijfers/piramide/", live.figure_pyramid, name="figure-pyramid"),
    path("cijfers/<slug:slug>/", live.figure_detail, name="figure-detail"),
    path("cijfers/<slug:slug>/<slug:part>/", live.figure_rows, name="figure-rows"),
    path("monitor/", published.monitor, name="monitor"),
]
