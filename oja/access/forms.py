"""The forms of log-in in our words; what they do is allauth's."""

from allauth.account import forms as allauth
from django.utils.translation import gettext_lazy as _


class _OurWords:
    """Labels instead of placeholders, and no marks of other languages' catalogues."""

    labels = {
        "login": _("E-mail address"),
        "email": _("E-mail address"),
        "password": _("Password"),
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            # The page itself has the link to a new password.
            field.help_text = _("At least 12 characters.") if name == "password1" else ""


class LoginForm(_OurWords, allauth.LoginForm):
    """Mail address and password."""


class ResetPasswordForm(_OurWords, allauth.ResetPasswordForm):
    """The address that gets a link to a new password."""


class ResetPasswordKeyForm(_OurWords, allauth.ResetPasswordKeyForm):
    """A new password, with the key from the mail."""


class ChangePasswordForm(_OurWords, allauth.ChangePasswordForm):
    """A new password for somebody who knows the old one."""
