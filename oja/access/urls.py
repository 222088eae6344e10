"""Log-in, log-out and passwords."""

urlpatterns = []
