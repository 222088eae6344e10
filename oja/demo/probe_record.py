"""What is written down while the probe world is built: users, canaries, addresses."""

import datetime as dt
import secrets
from dataclasses import dataclass, field

from django.urls import reverse

from oja.access.models import Membership, Organisation, User
from oja.access.permissions import Role

LOGIN = {"path": "/inloggen/", "user_field": "login", "pass_field": "password"}


@dataclass
class Probe:
    """What is written down while the world is built."""

    on: dt.date
    start: dt.date
    users: dict[str, dict] = field(default_factory=dict)
    accounts: dict[str, User] = field(default_factory=dict)
    workers: dict = field(default_factory=dict)
    canaries: dict[str, list[str]] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    edit: dict = field(default_factory=dict)

    def canary(self, group: str) -> str:
        """A new random word of a group: letters only, so that it survives every form of a name."""
        letters = "bcdfghjklmnpqrstvwxz"
        word = "Q" + "".join(secrets.choice(letters) for _number in range(11))
        self.canaries.setdefault(group, []).append(word)
        return word

    def user(self, name: str, role: Role, organisation: Organisation, sees=()) -> User:
        """An account; `sees` names the groups of rows that it may read."""
        account = self.accounts.get(name)
        if account is None:
            password = secrets.token_urlsafe(15)
            account = User.objects.create_user(
                f"{name}@probe.example", password, name=name.replace("_", " ")
            )
            account.is_staff = role == Role.ADMINISTRATOR
            account.save(update_fields=["is_staff"])
            self.accounts[name] = account
            self.users[account.email] = {
                "password": password,
                "role": str(role),
                "sees": sorted(sees),
            }
        Membership.objects.create(
            user=account, role=role, organisation=organisation, valid_from=self.start
        )
        return account

    def url(self, name: str, *args, query: str = "") -> None:
        """An address that belongs to some group."""
        self.urls.append(reverse(name, args=args) + query)


def as_json(probe: Probe, base_url: str) -> dict:
    """What a tester gets to know."""
    return {
        "base_url": base_url.rstrip("/"),
        "login": LOGIN,
        "users": probe.users,
        "canaries": probe.canaries,
        "urls": sorted(set(probe.urls)),
        "anon_ok": [
            reverse("account_login"),
            reverse("account_reset_password"),
            "/health/live",
            "/health/ready",
        ],
        "search": [
            [reverse("pupil-list"), "q"],
            [reverse("request-list"), "q"],
            [reverse("trajectory-list"), "q"],
            [reverse("request-pupil-search"), "naam"],
        ],
        "survey_tokens": [],
        "budgets": [],
        "edit": probe.edit,
    }
