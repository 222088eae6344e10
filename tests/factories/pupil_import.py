"""Files of pupils: one that waits, and with `read` one that was read."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from schools.models import PupilImport
from tests.factories.schools import SiteFactory


class PupilFileFactory(DjangoModelFactory):
    class Meta:
        model = PupilImport

    class Params:
        read = factory.Trait(
            state="done",
            sheet=None,
            done_at=factory.LazyFunction(timezone.now),
            made={"changed": [], "ended": []},
            report={
                "rows": 1,
                "new": 0,
                "changed": 0,
                "unchanged": 1,
                "gone": 0,
                "left": 0,
                "refused": [],
                "changes": {},
                "notes": [],
                "left_out": {"bsn": [], "unneeded": []},
                "remarks": [],
                "new_groups": [],
            },
        )

    site = factory.SubFactory(SiteFactory)
    file_name = "leerlingen.csv"
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    kind = "csv"
    given_by = "Iemand van school"
    are_columns_checked = True
    columns = {"roepnaam": "first_name", "achternaam": "last_name", "geboortedatum": "birth_date"}
    sheet = factory.LazyFunction(
        lambda: {
            "headings": ["Roepnaam", "Achternaam", "Geboortedatum"],
            "rows": [[2, ["Ada", "Lijst", "01-03-2016"]]],
            "bsn": [],
            "unneeded": [],
            "notes": [],
        }
    )
