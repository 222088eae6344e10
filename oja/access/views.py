"""Log-in, log-out and passwords: allauth's views with our forms."""

from allauth.account import views as allauth
from django.contrib.auth.decorators import login_not_required
from django.utils.translation import gettext as _

from oja.access import forms
from oja.access.decorators import signed_in
from oja.access.demo_accounts import demo_accounts
from oja.access.refusals import note_refusal


class LoginView(allauth.LoginView):
    """The log-in page; in a demonstration it names the accounts."""

    form_class = forms.LoginForm

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "title": _("Log in"),
            "demo_accounts": demo_accounts(),
        }

    def form_invalid(self, form):
        # Without the address that was tried: who mistypes often types the password there.
        note_refusal(self.request, action="log_in", result="refused", object_type="User")
        return super().form_invalid(form)


class PasswordResetView(allauth.PasswordResetView):
    """Asks for the address that gets a link."""

    form_class = forms.ResetPasswordForm


class PasswordResetFromKeyView(allauth.PasswordResetFromKeyView):
    """Asks for a new password after the link in the mail."""

    form_class = forms.ResetPasswordKeyForm


class PasswordChangeView(allauth.PasswordChangeView):
    """Asks for the old and a new password."""

    form_class = forms.ChangePasswordForm


login = LoginView.as_view()
logout = login_not_required(allauth.logout)
account_inactive = login_not_required(allauth.account_inactive)
password_reset = PasswordResetView.as_view()
password_reset_done = allauth.password_reset_done
password_reset_from_key = PasswordResetFromKeyView.as_view()
password_reset_from_key_done = allauth.password_reset_from_key_done
password_change = signed_in(PasswordChangeView.as_view())
