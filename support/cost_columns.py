"""Which column of a file of bills holds what: as it was last time, by its name, or by its values.

Pure. What holds nothing that a bill needs is not kept: a name, a birth date, a citizen service
number never get beyond this module.
"""

import re

from django.utils.translation import gettext_lazy as _

from oja.core.sheets import FileRefused
from oja.core.text import fold
from schools.pupil_import.columns import LIKELY, REMEMBERED, SURE, UNSURE, Guess, is_bsn, plain

#: What a column may be called, folded; the first word is the one of the manual.
COLUMNS = {
    "period_start": ("datum", "periode", "maand", "begindatum", "startdatum", "date"),
    "referrer": ("verwijzer", "type verwijzer", "verwijzercode", "cod327", "referrer"),
    "jz020": ("productcategorie", "product", "categorie", "jz020"),
    "cents": ("bedrag", "bedrag in euro", "totaalbedrag", "amount"),
    "municipality": ("gemeente", "gemeentecode", "municipality"),
    "case_number": ("zaaknummer", "traject", "trajectnummer", "leerling", "pupil"),
    "source_ref": ("kenmerk", "referentie", "ref", "declaratienummer", "factuurregel"),
}
MAY_BE_MISSING = {"case_number"}
FIELD_LABELS = {
    "period_start": _("Date"),
    "referrer": _("Referrer"),
    "jz020": _("Product category"),
    "cents": _("Amount"),
    "municipality": _("Municipality"),
    "case_number": _("Case number of pupil or trajectory"),
    "source_ref": _("Reference of the bill"),
}
#: Shapes that hardly mean anything else, for a column whose name says nothing.
SHAPES = {
    "period_start": r"\d{1,2}[-/]\d{1,2}[-/]\d{4}|\d{4}-\d{1,2}-\d{1,2}([T ]00:00(:00)?)?",
    "cents": r"(€ ?)?-?\d{1,3}(\.\d{3})*,\d{2}|(€ ?)?-?\d+[.,]\d{2}",
    "jz020": r"[345]\d",
    "referrer": r"0[1-68]|90",
}
#: Dates of a child and of a decision are no dates of a bill.
NOT_BY_VALUE = re.compile(r"geboorte|birth|geb|besluit|beschikking|naam|name")
#: Share of the cells that must have the shape.
FITS = 0.9


def guess(headings, rows, remembered=None):
    """A Guess for every column. `remembered` is heading in plain form -> field of the last file."""
    remembered = remembered or {}
    chosen = {}
    for place, heading in enumerate(headings):
        texts = [row[place] for row in rows if place < len(row) and row[place]]
        known = remembered.get(plain(heading))
        if known is not None and not is_bsn(heading, texts):
            chosen[place] = (known, REMEMBERED)
    for find, confidence in ((_by_name, SURE), (_by_part, LIKELY), (_by_value, UNSURE)):
        for place, heading in enumerate(headings):
            texts = [row[place] for row in rows if place < len(row) and row[place]]
            if place in chosen or is_bsn(heading, texts):
                continue
            free = COLUMNS.keys() - {field for field, _confidence in chosen.values()}
            field = find(fold(heading.strip()), texts, free)
            if field:
                chosen[place] = (field, confidence)
    return [
        Guess(place, heading, *chosen.get(place, ("", SURE)))
        for place, heading in enumerate(headings)
    ]


def _by_name(name, texts, free):
    return next((field for field in COLUMNS if field in free and name in COLUMNS[field]), None)


def _by_part(name, texts, free):
    for field, words in COLUMNS.items():
        if field in free and any(len(word) > 5 and word in name for word in words):
            return field
    return None


def _by_value(name, texts, free):
    if NOT_BY_VALUE.search(name) or not texts:
        return None
    for field, shape in SHAPES.items():
        fitting = sum(bool(re.fullmatch(shape, text, re.ASCII)) for text in texts)
        if field in free and fitting >= FITS * len(texts):
            return field
    return None


def missing(fields):
    """The fields that a file of bills cannot do without and that no column has, in words."""
    there = {*fields, *MAY_BE_MISSING}
    return [COLUMNS[field][0] for field in COLUMNS if field not in there]


def refuse_missing(fields):
    """Raise FileRefused when a column that is needed is not there."""
    lacking = missing(fields)
    if lacking:
        words = {"columns": ", ".join(lacking)}
        raise FileRefused(_("This file has no column with: %(columns)s") % words)
