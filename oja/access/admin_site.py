"""The door of the administration pages: administrators, through our own log-in."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Permission
from oja.access.refusals import forbidden

NOT_OURS = ("auth", "account")


class AdminSite(admin.AdminSite):
    """Reference data and accounts; never a person's file."""

    site_header = _("Administration")
    site_title = _("Administration")
    index_title = _("Reference data and accounts")

    def register(self, model_or_iterable, admin_class=None, **options):
        """Only tables of our own: those that other packages offer are kept by nobody here."""
        found = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        own = [model for model in found if model._meta.app_label not in NOT_OURS]
        super().register(own, admin_class, **options)

    def has_permission(self, request):
        """Whoever holds the role of administrator today and is marked for these pages."""
        return (
            request.user.is_active
            and request.user.is_staff
            and request.actor.may(Permission.ACCOUNTS_CHANGE)
        )

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """Our log-in page; whoever is signed in already gets the reason instead."""
        if request.user.is_authenticated:
            return forbidden(request)
        return redirect(f"{reverse('account_login')}?next={reverse('admin:index')}")


class AdminConfig(DjangoAdminConfig):
    """Django's administration with our door."""

    default_site = "oja.access.admin_site.AdminSite"
