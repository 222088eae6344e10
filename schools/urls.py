"""Addresses of the pupils."""

urlpatterns = []
