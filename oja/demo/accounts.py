"""The accounts of the demo world: one per role, and a few colleagues to work with.

They are offered on the log-in page only when `manage.py demo` started the application.
"""

from dataclasses import dataclass

from oja.access.permissions import ROLES, Role

#: No secret: the demo world holds made-up children only.
DEMO_PASSWORD = "samen-om-het-kind"  # noqa: S105 - printed by `manage.py demo` on purpose


@dataclass(frozen=True)
class DemoAccount:
    """Who can be tried, in which role and where (the name of the organisation)."""

    email: str
    name: str
    role: Role
    organisation: str
    password: str = DEMO_PASSWORD


DEMO_ACCOUNTS = (
    DemoAccount("anna@demo.example", "Anna de Vries", Role.SCHOOL_COORDINATOR, "De Wissel"),
    DemoAccount("marleen@demo.example", "Marleen ter Braak", Role.TEACHER, "De Wissel"),
    DemoAccount("bas@demo.example", "Bas Wolters", Role.CARE_WORKER, "Vlechtwerk"),
    DemoAccount("farida@demo.example", "Farida Azizi", Role.CARE_WORKER, "Vlechtwerk"),
    DemoAccount("cato@demo.example", "Cato Brouwer", Role.PROVIDER_MANAGER, "Vlechtwerk"),
    DemoAccount("wim@demo.example", "Wim Aalbers", Role.PROVIDER_MANAGER, "Vlechtwerk"),
    DemoAccount("dirk@demo.example", "Dirk Postma", Role.SCHOOL_COORDINATOR, "Het Baken"),
    DemoAccount("hans@demo.example", "Hans Evers", Role.PROVIDER_MANAGER, "Kiemkracht"),
    DemoAccount("ria@demo.example", "Ria Blok", Role.PROVIDER_MANAGER, "Kiemkracht"),
    DemoAccount("els@demo.example", "Els Nijhuis", Role.MUNICIPAL_ADVISER, "Oosterveld"),
    DemoAccount("petra@demo.example", "Petra Huisman", Role.PARTNERSHIP, "Passend Oosterveld"),
    DemoAccount("fem@demo.example", "Fem Koster", Role.ADMINISTRATOR, "OJA Oosterveld"),
)


def as_shown() -> list[dict]:
    """The accounts as the log-in page shows them."""
    return [
        {
            "email": account.email,
            "password": account.password,
            "name": account.name,
            "role": account.role,
            "description": f"{ROLES[account.role].label} · {account.organisation}",
        }
        for account in DEMO_ACCOUNTS
    ]
