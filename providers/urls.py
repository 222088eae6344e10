"""The providers app has no pages of its own yet: reference data stands in the administration."""

urlpatterns = []
