"""How allauth behaves here: nobody signs up, and a password is set under the person's own name."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.utils.translation import gettext_lazy as _

from oja.access.actor import Actor, become


class AccountAdapter(DefaultAccountAdapter):
    """Closes the sign-up; an administrator makes the accounts."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This e-mail address and password do not belong together."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your current password."),
        "too_many_login_attempts": _("You tried too often. Wait five minutes and try again."),
    }
    #: What deserves a word afterwards; that somebody logged in or out is plain to see.
    words = {"account/messages/password_changed.txt": _("Your password has been changed.")}

    def add_message(self, request, level, message_template=None, *args, **kwargs):
        """Say it in our words, or not at all."""
        if message_template in self.words:
            messages.add_message(request, level, self.words[message_template])

    def is_open_for_signup(self, request):
        """Nobody makes an account for themselves."""
        return False

    def set_password(self, user, password):
        """Store the new password, and nothing else of the row.

        With a key from a mail nobody is signed in, so row security is told whose row it is.
        """
        user.set_password(password)
        with become(Actor.for_user(user)):
            user.save(update_fields=["password"])
