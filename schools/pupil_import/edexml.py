"""EDEXML 2.1 (Edustandaard): pupils and their groups, and nothing else of what it can hold. Pure.

Read with a parser that knows no entities. An element that does not belong where it stands refuses
the file (or, inside a pupil, that pupil): it would be read wrong. Nothing of teachers, of numbers
of the state, of origin or of postal codes is looked at.
"""

import re
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.core.sheets import MAX_ROWS
from oja.core.text import clean_text, fold
from schools.imports import FileRefused, Refused
from schools.pupil_import import names
from schools.pupil_import.table import LIMITS, ParsedPupils, keep

MAX_ELEMENTS = 400_000
KNOWN = {
    "EDEX": "school vestigingen groepen leerlingen leerkrachten",
    "school": """schooljaar peildatum brincode dependancecode schoolkey instellingsnummer
        aanmaakdatum auteur xsdversie commentaar toevoegingen""",
    "vestigingen": "vestiging",
    "groepen": "groep samengestelde_groep",
    "groep": "naam jaargroep omschrijving toevoegingen mutatiedatum",
    "leerlingen": "leerling",
    "leerling": """achternaam voorvoegsel voornamen voorletters-1 roepnaam geboortedatum geslacht
        start_ondw_jgr3 jaargroep groep samengestelde_groepen vestiging gebruikersnaam emailadres
        fotourl etniciteit land land_vader land_moeder sofinummer bsn onderwijsnummer bsn_ondwnr-4
        rijksregisternummer gewicht_nieuw gewicht postcodenl postnummerbe postcodeoverig
        instroomdatum uitstroomdatum toevoegingen mutatiedatum""",
}
BSN_ELEMENTS = ("sofinummer", "bsn", "onderwijsnummer", "bsn_ondwnr-4", "rijksregisternummer")
USED = """achternaam voorvoegsel voornamen voorletters-1 roepnaam geboortedatum geslacht groep
    vestiging instroomdatum uitstroomdatum mutatiedatum"""
_KNOWN = {tag: set(words.split()) for tag, words in KNOWN.items()}
_QUIET = set(USED.split()) | set(BSN_ELEMENTS)


class _Node:
    """One element with its place in the file."""

    __slots__ = ("children", "key", "line", "parts", "tag")

    def __init__(self, tag, key, line):
        self.tag, self.key, self.line = tag, key, line
        self.parts, self.children = [], []

    def text(self, tag):
        """The text of the first child of that name, or an empty text."""
        child = self.find(tag)
        return child.value if child else ""

    def find(self, tag):
        return next((child for child in self.children if child.tag == tag), None)

    @property
    def value(self):
        return names.tidy(clean_text("".join(self.parts)))


class _Builder(ContentHandler):
    """A tree of the parts that we look into."""

    def __init__(self):
        super().__init__()
        self.root, self.path, self.count = None, [], 0

    def setDocumentLocator(self, locator):
        self.locator = locator

    def startElement(self, name, attrs):
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise FileRefused(_("The file has too many parts. Choose a list of one school."))
        node = _Node(name, attrs.get("key", ""), self.locator.getLineNumber())
        if not self.path:
            self.root = node
        elif not any(above.tag in ("toevoegingen", "leerkrachten") for above in self.path):
            self.path[-1].children.append(node)
        self.path.append(node)

    def characters(self, content):
        node = self.path[-1]
        if len(node.parts) < 50:  # long texts are none of ours
            node.parts.append(content[:300])

    def endElement(self, name):
        self.path.pop()


def read_edexml(content, *, site, on):
    """ParsedPupils of the bytes of an EDEXML file of the site. Raises FileRefused.

    `site` gives the code and the name that the file has to agree with.
    """
    root = _parse(content)
    if root.tag != "EDEX":
        raise FileRefused(
            _("This is no EDEXML: the file begins with “%s”. Choose the file EDEX.XML.")
            % root.tag[:40]
        )
    _known_children(root)
    for part in ("school", "groepen", "leerlingen", "vestigingen"):
        found = root.find(part)
        if found:
            _known_children(found)
    _check_school(root, site)
    groups = _groups(root)
    elsewhere = _other_sites(root, site)
    parsed = ParsedPupils(left_out={"bsn": [], "unneeded": []})
    pupils = root.find("leerlingen")
    if pupils is None or not pupils.children:
        raise FileRefused(_("There are no pupils in this file."))
    if len(pupils.children) > MAX_ROWS:
        raise FileRefused(_("The file has more than 5,000 lines. Choose a list of one school."))
    parsed.total = len(pupils.children)
    for node in pupils.children:
        _read_pupil(parsed, node, groups, elsewhere, on)
    number = sum(not row.group and row.left_on is None for row in parsed.rows)
    if number:
        words = ngettext(
            "%d pupil in this file has no group.", "%d pupils in this file have no group.", number
        )
        parsed.notes.append(words % number)
    _tell_left_out(parsed, root, pupils, elsewhere)
    return parsed


def _parse(content):
    builder = _Builder()
    try:
        defusedxml.sax.parseString(content, builder, forbid_dtd=True)
    except DefusedXmlException as problem:
        raise FileRefused(
            _("This file has definitions of its own (a DTD). For safety it is not read.")
        ) from problem
    except SAXParseException as problem:
        raise FileRefused(
            _("Line %(line)s: this is no proper XML. Make the file again.")
            % {"line": problem.getLineNumber()}
        ) from problem
    except (LookupError, ValueError, UnicodeError) as problem:
        raise FileRefused(_("The characters of this file cannot be read.")) from problem
    return builder.root


def _known_children(node):
    for child in node.children:
        if child.tag not in _KNOWN[node.tag]:
            raise FileRefused(
                _("Line %(line)s: “%(tag)s” does not belong in an EDEXML file.")
                % {"line": child.line, "tag": child.tag[:40]}
            )


def _check_school(root, site):
    """The file must say of which school it is, and that must be this one."""
    school = root.find("school")
    if school is None:
        raise FileRefused(_("Line %(line)s: the part “school” is missing.") % {"line": root.line})
    version = school.text("xsdversie")
    if version and not version.startswith("2."):
        raise FileRefused(
            _("Line %(line)s: this is EDEXML %(version)s. Make a file of version 2.1.")
            % {"line": school.find("xsdversie").line, "version": version[:10]}
        )
    brin = school.text("brincode").upper()
    if not brin:
        raise FileRefused(
            _("Line %(line)s: the BRIN is missing, so we do not know whose pupils these are.")
            % {"line": school.line}
        )
    words = {"line": school.find("brincode").line, "brin": brin[:10], "school": site.name}
    if not re.fullmatch(r"[0-9]{2}[A-Z]{2}", brin):
        raise FileRefused(_("Line %(line)s: “%(brin)s” is no BRIN.") % words)
    if not site.code:
        return
    if brin != site.code[:4]:
        raise FileRefused(
            _("Line %(line)s: this file is of school %(brin)s, not of %(school)s.") % words
        )
    branch = school.text("dependancecode")
    if branch not in ("", "00", site.code[4:]):
        words |= {"line": school.find("dependancecode").line, "brin": f"{brin}{branch}"[:10]}
        raise FileRefused(
            _("Line %(line)s: this file is of school %(brin)s, not of %(school)s.") % words
        )


def _groups(root):
    """Key -> name of the groups; two groups of one combination class have one name."""
    groups = root.find("groepen")
    found = {}
    for node in groups.children if groups else ():
        if node.tag == "groep":
            _known_children(node)
            found[node.key] = node.text("naam")
    return found


def _other_sites(root, site):
    """Key -> name of the sites in the file that are not this one; none when that is unclear."""
    part = root.find("vestigingen")
    found = {node.key: node.text("naam") for node in part.children} if part else {}
    own = [
        key
        for key, name in found.items()
        if fold(name) == fold(site.name) or (site.code and key.upper() == site.code)
    ]
    return {key: name for key, name in found.items() if key not in own} if own else {}


def _read_pupil(parsed, node, groups, elsewhere, on):
    problem = _why_not(node, elsewhere)
    if problem:
        parsed.refused.append(Refused(node.line, problem))
        return
    group = node.find("groep")
    remarks = ()
    if group and group.key not in groups:
        remarks = (
            _("Group “%s” is not in this file: the pupil is read without a group.")
            % group.key[:40],
        )
    first_name = node.text("roepnaam") or node.text("voornamen")
    cell = {
        "first_name": first_name,
        "prefix": node.text("voorvoegsel"),
        "last_name": node.text("achternaam"),
        "birth_date": node.text("geboortedatum"),
        "gender": node.text("geslacht"),
        "group": groups.get(group.key, "") if group else "",
        # A key may be a long random text of the administration: that is no number for people.
        "school_number": node.key if len(node.key) <= LIMITS["school_number"] else "",
        "enrolled_on": node.text("instroomdatum"),
        # The standard does not say whether this day counts: read as the first day without.
        "left_on": node.text("uitstroomdatum"),
    }
    keep(parsed, node.line, cell, on, remarks=remarks)


def _why_not(node, elsewhere):
    """Why a pupil of the file is not read, or an empty text."""
    if node.tag != "leerling":
        return _("“%s” does not belong in an EDEXML file.") % node.tag[:40]
    for child in node.children:
        if child.tag not in _KNOWN["leerling"]:
            return _("“%(tag)s” (line %(line)s) does not belong in an EDEXML file.") % {
                "tag": child.tag[:40],
                "line": child.line,
            }
    site = node.find("vestiging")
    if site and site.key in elsewhere:
        return _("This pupil belongs to another site: %s.") % elsewhere[site.key][:60]
    return ""


def _tell_left_out(parsed, root, pupils, elsewhere):
    """Say which parts were not read: numbers of the state apart from what we just do not need."""
    lines = {}
    for node in pupils.children:
        for child in node.children:
            lines.setdefault(child.tag, child.line)
    parsed.left_out["bsn"] = [tag for tag in BSN_ELEMENTS if tag in lines]
    parsed.left_out["unneeded"] = [tag for tag in lines if tag not in _QUIET]
    if root.find("leerkrachten"):
        parsed.left_out["unneeded"].append("leerkrachten")
    if "toevoegingen" in lines:
        parsed.left_out["unneeded"].remove("toevoegingen")
        parsed.notes.append(
            _("Line %(line)s: extra blocks (“toevoegingen”) were not read.")
            % {"line": lines["toevoegingen"]}
        )
    part = root.find("vestigingen")
    if part and len(part.children) > 1 and not elsewhere:
        parsed.notes.append(
            _("Line %(line)s: the file has several sites. The pupils of all of them are read.")
            % {"line": part.line}
        )
