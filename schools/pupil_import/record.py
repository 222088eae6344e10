"""What a file says beside the card: in which municipality a pupil lives, and since when it left.

Neither overrules what was recorded by hand: a residence is added only where there is none, an
enrolment is only ended, with its date, and nobody is ever deleted.
"""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oja.core.text import fold
from schools.models import AttendanceSpell, Enrolment, Municipality, Residence

_FREE = (AttendanceSpell.Kind.EXEMPT, AttendanceSpell.Kind.ABSOLUTE)


class Homes:
    """The municipalities that we know, and where the pupils of a site live."""

    def __init__(self, actor, site):
        self._actor, self._site = actor, site
        self._places, self._known = None, None

    def of(self, row):
        """(Municipality of a row or None, why not or "")."""
        if not row.residence:
            return None, ""
        if self._places is None:
            self._places = {}
            for one in Municipality.objects.all():
                self._places[fold(one.name)] = self._places[one.code] = one
        text = row.residence
        found = self._places.get(text.zfill(4) if text.isdigit() else fold(text))
        if found is None:
            return None, (
                _("“%s” is no municipality that we know. Record the residence on the card.")
                % text[:40]
            )
        return found, ""

    def compare(self, row, pupil, on):
        """(Municipality to record for a known pupil or None, what to tell or "")."""
        place, problem = self.of(row)
        if place is None:
            return None, problem
        if self._known is None:
            rows = Residence.objects.visible_to(self._actor).filter(site=self._site)
            self._known = {}
            for one in rows.select_related("municipality").order_by("valid_from"):
                is_now = one.valid_from <= on and (one.valid_until is None or on < one.valid_until)
                self._known[one.pupil_id] = (
                    one.municipality if is_now else self._known.get(one.pupil_id)
                )
        if pupil.pk not in self._known:
            return place, ""
        now = self._known[pupil.pk]
        if now is None or now == place:
            return None, ""
        return None, (
            _("The file says residence %(file)s, here it is %(here)s. It stays %(here)s.")
            % {"file": place.name, "here": now.name}
        )


class Leavers:
    """The enrolments of a site, and whether a pupil that left can be ended."""

    def __init__(self, actor, site):
        rows = Enrolment.objects.visible_to(actor).filter(site=site).order_by("valid_from")
        self._last = {row.pupil_id: row for row in rows}
        spells = AttendanceSpell.objects.visible_to(actor).filter(site=site).exclude(kind__in=_FREE)
        self._absent = dict(spells.order_by("valid_from").values_list("pupil_id", "valid_from"))

    def to_end(self, row, pupil):
        """(the enrolment that ends or None, why it cannot or "")."""
        day, last = row.left_on, self._last.get(pupil.pk)
        if last is None or (last.valid_until and last.valid_until <= day):
            return None, ""
        words = {"day": date_format(day, "d-m-Y")}
        if last.valid_from >= day:
            return None, (
                _("The file says that this pupil left on %(day)s, but it was enrolled after that.")
                % words
            )
        absent = self._absent.get(pupil.pk)
        if absent and absent >= day:
            return None, (
                _("Absence was recorded after %(day)s, when this pupil left. Correct that first.")
                % words
            )
        return last, ""
