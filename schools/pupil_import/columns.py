"""Which column of a list holds what: guessed from headings and values, with how sure that is.

Pure. What we do not need is not kept: citizen service numbers, columns about something else
(addresses, parents, health), and columns of long text leave the table before it is stored.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from oja.core.text import fold
from schools.pupil_import import names, values

# Field -> headings without spaces and signs, Dutch and English.
HEADINGS = {
    "first_name": """roepnaam voornaam voornamen roepnaamleerling voornaamleerling firstname
        givenname callname forename preferredname preferredfirstname""",
    "prefix": """tussenvoegsel tussenvoegsels tussenv tussen tv voorvoegsel voorvoegsels voorv
        voorvoegselachternaam prefix infix nameprefix surnameprefix insertion""",
    "last_name": """achternaam familienaam geslachtsnaam achternaamleerling surname lastname
        familyname""",
    "full_name": """naam volledigenaam leerling leerlingnaam naamleerling naamvandeleerling
        weergavenaam kind naamkind name fullname student pupil studentname pupilname""",
    "birth_date": """geboortedatum gebdatum gebdat geboortedat geboortedag geboren gebdd
        geboortedatumleerling birthdate dateofbirth birthday dob born""",
    "school_number": """leerlingnummer leerlingnr llnr llnummer stamnummer stamnr nummer nr id
        leerlingid leerlingcode leerlingkey administratienummer studentnumber studentid
        pupilnumber pupilid number identifier sourcedid""",
    "group": """groep klas groepsnaam klasnaam groepnaam stamgroep stamklas basisgroep lesgroep
        class group classname groupname homegroup""",
    "gender": "geslacht mv jm gender sex jongenmeisje manvrouw mvx geslachtleerling",
    "enrolled_on": """inschrijfdatum inschrijving datuminschrijving ingeschreven ingeschrevenop
        instroomdatum datuminstroom inschrijvingsdatum enrolled enrolledon enrolmentdate
        enrollmentdate admissiondate startdate""",
    "left_on": """uitschrijfdatum uitschrijving datumuitschrijving uitschrijvingsdatum
        uitgeschreven uitgeschrevenop uitstroomdatum datumuitstroom vertrokken vertrokkenop
        vertrekdatum leftdate lefton leavingdate withdrawaldate""",
    "residence": "gemeente woongemeente gemeentenaam gemeentevaninschrijving municipality",
}
#: Headings that say the same, but less well: taken when nothing better is there.
SECOND_CHOICE = {
    "group": "leerjaar jaargroep jaar grade year yeargroup",
    "first_name": "voornamen",
    "residence": "woonplaats woonplaatsnaam plaats plaatsnaam city town",
}
BSN = """bsn pgn sofi burgerservicen sofinummer sofinr persoonsgebonden onderwijsnummer onderwijsnr
    ondwnr rijksregister"""
#: Parts of headings of what is none of our business.
UNNEEDED = """adres straat huisnummer postcode woonplaats plaats gemeente provincie land telefoon
    tel mobiel gsm mail iban rekening huisarts arts tandarts verzeker nationaliteit herkomst etnic
    religie geloof godsdienst gezindte gewicht ouder vader moeder verzorger voogd medic allerg
    dieet opmerking notitie toelichting foto wachtwoord gebruikersnaam inlog beroep opleiding
    burgerlijk diagnose advies taal address street city zip phone mobile email parent father mother
    guardian nationality religion remark note comment password username photo eckid
    language"""
#: Those of them that are about parents: no list says reliably who has custody.
ABOUT_PARENTS = "ouder vader moeder verzorger voogd gezag parent father mother guardian custody"
LONG_TEXT = 60  # characters on average

FIELD_LABELS = {
    "first_name": _("First name"),
    "prefix": _("Prefix of the name"),
    "last_name": _("Last name"),
    "full_name": _("Whole name in one column"),
    "birth_date": _("Birth date"),
    "group": _("Group"),
    "school_number": _("Number of the school"),
    "gender": _("Gender"),
    "enrolled_on": _("Enrolled since"),
    "left_on": _("Left since"),
    "residence": _("Municipality of residence"),
}
SURE, LIKELY, UNSURE, REMEMBERED = "sure", "likely", "unsure", "remembered"

_WORDS = {field: set(words.split()) for field, words in HEADINGS.items()}
_SECOND = {field: set(words.split()) for field, words in SECOND_CHOICE.items()}
_BSN, _UNNEEDED = BSN.split(), UNNEEDED.split()


@dataclass(frozen=True)
class Guess:
    """What a column seems to hold; `field` is empty for a column that is not used."""

    place: int
    heading: str
    field: str
    confidence: str


def plain(heading):
    """A heading without spaces, signs, accents and capitals: "Geb. datum" is "gebdatum"."""
    return re.sub(r"[^a-z0-9]", "", fold(heading))


def is_bsn(heading, texts):
    """Whether a column holds citizen service numbers: by its name, or by what stands in it."""
    name = plain(heading)
    parts = {plain(part) for part in re.split(r"[\W_]+", heading)}
    is_named = any(word in name for word in _BSN if len(word) > 4)
    if is_named or parts & set(_BSN) or name.startswith("bsn") or name.endswith("bsn"):
        return True
    found = [text for text in texts if text]
    hits = sum(values.looks_like_bsn(text) for text in found)
    is_number = name in _WORDS["school_number"]
    return bool(found) and hits > len(found) / 2 and (hits >= 3 or not is_number)


def is_unneeded(heading, texts):
    """Whether a column is about something that a list of pupils does not need here."""
    name = plain(heading)
    if any(name in words for words in (*_WORDS.values(), *_SECOND.values())):
        return False
    found = [text for text in texts if text]
    is_long = sum(map(len, found)) > LONG_TEXT * len(found)
    return is_long or any(word in name for word in _UNNEEDED)


def are_about_parents(headings):
    """Whether any of the headings is about parents."""
    return any(word in plain(text) for text in headings for word in ABOUT_PARENTS.split())


def guess(headings, rows, on, remembered=None):
    """A Guess for every column. `rows` are tuples of text, `remembered` heading -> field.

    What the school chose for these headings last time is taken as it was.
    """
    remembered = remembered or {}
    known = {place: remembered.get(plain(heading)) for place, heading in enumerate(headings)}
    chosen = {place: (field, REMEMBERED) for place, field in known.items() if field}
    free = [place for place in known if known[place] is None]
    scores = []
    for place in free:
        texts = [row[place] for row in rows if place < len(row) and row[place]][:200]
        name = plain(headings[place])
        scores += [(_score(field, name, texts, on), place, field) for field in HEADINGS]
    taken = {field for field, _confidence in chosen.values()}
    for score, place, field in sorted(scores, key=lambda found: (-found[0], found[1])):
        if score < 0.35 or place in chosen or field in taken:
            continue
        chosen[place] = (field, SURE if score > 0.9 else LIKELY if score > 0.6 else UNSURE)
        taken.add(field)
    _settle_names(chosen, rows)
    return [
        Guess(place, heading, *chosen.get(place, ("", SURE)))
        for place, heading in enumerate(headings)
    ]


def _score(field, name, texts, on):
    """How well a column fits a field, 0 to 1: a name that we know, and values that agree."""
    share = sum(_fits(field, text, on) for text in texts) / len(texts) if texts else 0.5
    if name in _WORDS[field] and name not in _SECOND.get(field, ()):
        return 0.4 + 0.6 * share if share >= 0.3 else 0.4
    if name in _SECOND.get(field, ()):
        return 0.3 + 0.3 * share
    if any(len(word) > 4 and word in name for word in _WORDS[field]):
        return 0.3 + 0.5 * share
    # Without a name that says it, only values that hardly mean anything else.
    by_values = {"birth_date": 0.6, "gender": 0.5, "prefix": 0.55, "full_name": 0.4}
    weight = by_values.get(field, 0)
    return weight * share if share > 0.8 and texts else 0


def _fits(field, text, on):
    if field in ("birth_date", "enrolled_on", "left_on"):
        try:
            day = values.read_date(text, latest=on)
        except values.NotADate:
            return False
        years = on.year - day.year
        return 2 <= years <= 25 if field == "birth_date" else -1 <= years <= 20
    if field == "gender":
        return len(text) <= 16 and values.read_gender(text) is not None
    if field == "prefix":
        return names.is_prefix(text)
    if field == "school_number":
        return len(text) <= 30 and any(sign.isdigit() for sign in text) and " " not in text
    if field == "group":
        return len(text) <= 40
    if field == "residence":
        return text.isdigit() or not any(sign.isdigit() for sign in text)
    if field == "full_name":
        return names.is_name(text) and " " in text and not any(sign.isdigit() for sign in text)
    return names.is_name(text)


def _settle_names(chosen, rows):
    """A whole name beside its parts is not needed; "Voornaam;Naam" means the surname."""
    places = {field: place for place, (field, _c) in chosen.items()}
    if "full_name" not in places:
        return
    whole = places["full_name"]
    if {"first_name", "last_name"} <= places.keys():
        del chosen[whole]
    elif "first_name" in places:
        first = places["first_name"]
        pairs = [(row[first], row[whole]) for row in rows if max(first, whole) < len(row)]
        inside = sum(bool(one) and fold(one) in fold(both) for one, both in pairs)
        if pairs and inside > len(pairs) / 2:
            del chosen[first]
        else:
            chosen[whole] = ("last_name", LIKELY)


def missing(fields):
    """The fields that a list cannot do without and that no column has, in words."""
    found = set(fields)
    lacking = []
    if "birth_date" not in found:
        lacking.append("birth_date")
    if "full_name" not in found:
        lacking += [field for field in ("first_name", "last_name") if field not in found]
    return lacking


def has_headings(cells, on):
    """Whether the first row of a list names its columns, rather than being a pupil already."""
    return not any(_fits("birth_date", cell, on) for cell in cells)


def place_of_headings(rows, on):
    """The place of the row with the headings, or None: titles may stand above it."""
    best = (0, None)
    for place, row in enumerate(rows[:10]):
        if row.cells is None:
            continue
        known = sum(
            any(plain(cell) in words for words in (*_WORDS.values(), *_SECOND.values(), set(_BSN)))
            for cell in row.cells
        )
        if known > best[0]:
            best = (known, place)
    if best[1] is not None and best[0] > 1:
        return best[1]
    first = next((place for place, row in enumerate(rows) if row.cells), None)
    if first is None or not has_headings(rows[first].cells, on):
        return None
    return first
