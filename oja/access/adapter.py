"""How allauth behaves here: nobody signs up, and a password is set under the person's own name."""

from allauth.account.adapter import DefaultAccountAdapter

from oja.access.actor import Actor, become


class AccountAdapter(DefaultAccountAdapter):
    """Closes the sign-up; an administrator makes the accounts."""

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
