"""What is written down while the probe world is built: users, canaries, addresses and forms."""

import datetime as dt
import secrets
from dataclasses import dataclass, field

from django.urls import reverse

from oja.access.models import Membership, Organisation, User
from oja.access.permissions import Role
from oja.demo.probe.audience import AUDIENCE, seen_by

LOGIN = {"path": "/inloggen/", "user_field": "login", "pass_field": "password"}


def email_of(name: str) -> str:
    """The address with which a user logs in."""
    return f"{name}@probe.example"


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
    forms: list[dict] = field(default_factory=list)
    links: list[dict] = field(default_factory=list)
    budgets: list[dict] = field(default_factory=list)
    edit: dict = field(default_factory=dict)

    def canary(self, group: str) -> str:
        """A new random word of a group: letters only, so that it survives every form of a name."""
        if group not in AUDIENCE:
            raise KeyError(f"who may read the group {group}?")
        letters = "bcdfghjklmnpqrstvwxz"
        word = "Q" + "".join(secrets.choice(letters) for _number in range(11))
        self.canaries.setdefault(group, []).append(word)
        return word

    def user(self, name: str, role: Role, organisation: Organisation) -> User:
        """An account with a role; a second role is added to the same account."""
        account = self.accounts.get(name)
        if account is None:
            password = secrets.token_urlsafe(15)
            account = User.objects.create_user(
                email_of(name), password, name=name.replace("_", " ")
            )
            account.is_staff = role == Role.ADMINISTRATOR
            account.save(update_fields=["is_staff"])
            self.accounts[name] = account
            self.users[account.email] = {
                "password": password,
                "role": str(role),
                "sees": seen_by(name),
            }
        Membership.objects.create(
            user=account, role=role, organisation=organisation, valid_from=self.start
        )
        return account

    def url(self, name: str, *args, query: str = "") -> str:
        """An address that belongs to some group."""
        address = reverse(name, args=args) + query
        self.urls.append(address)
        return address

    def form(self, name: str, /, *args, may: str, query: str = "", **fields: str) -> dict:
        """A form on a page that the users in `may` can open and nobody else.

        `fields` is what a browser would send, beside the hidden fields of the page.
        """
        return self._form(self.url(name, *args, query=query), may, True, fields)

    def button(self, name: str, /, *args, may: str, **fields: str) -> dict:
        """An address that takes a post only: it has no page of its own."""
        return self._form(self.url(name, *args), may, False, fields)

    def _form(self, url, may, page, fields):
        users = sorted(email_of(user) for user in may.split())
        self.forms.append({"url": url, "users": users, "page": page, "fields": fields})
        return self.forms[-1]

    def link(self, token: str, purpose: str, pages: list[str], birth_date=None) -> None:
        """A live one-time link; a question to a parent asks the birth date of the child first."""
        self.links.append(
            {
                "token": token,
                "url": reverse("link-open", args=[token]),
                "purpose": purpose,
                "birth_date": f"{birth_date:%d-%m-%Y}" if birth_date else "",
                "pages": pages,
            }
        )


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
            *(
                [reverse(name), "q"]
                for name in (
                    "pupil-list",
                    "request-list",
                    "trajectory-list",
                    "attendance-list",
                    "subcontract-list",
                    "choice-list",
                )
            ),
            [reverse("request-pupil-search"), "naam"],
            [reverse("attendance-create"), "naam"],
        ],
        "survey_tokens": [link["token"] for link in probe.links if link["purpose"] == "survey"],
        "links": probe.links,
        "budgets": probe.budgets,
        "forms": probe.forms,
        "edit": probe.edit,
    }
