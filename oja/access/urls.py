"""Log-in, log-out and passwords. The names are those that allauth asks for."""

from django.urls import path, re_path

from oja.access import views

urlpatterns = [
    path("inloggen/", views.login, name="account_login"),
    path("uitloggen/", views.logout, name="account_logout"),
    path("account-gesloten/", views.account_inactive, name="account_inactive"),
    path("wachtwoord-vergeten/", views.password_reset, name="account_reset_password"),
    path(
        "wachtwoord-vergeten/verstuurd/",
        views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^wachtwoord-vergeten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "wachtwoord-vergeten/klaar/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("wachtwoord-wijzigen/", views.password_change, name="account_change_password"),
]
