"""Who pays for help to a pupil: lent to the pupil's card, which knows no arrangement."""

from django.utils.translation import gettext as _

from providers.queries import participating_codes, participation_of
from schools.residence_rules import Payer, payer


def payer_of(pupil, residence, on):
    """The Payer for a pupil of a site on a date, by the arrangement of that site."""
    participation = participation_of(pupil.site_id, on)
    if participation is None:
        return Payer(False, None, _("This school takes part in no arrangement."), "no_arrangement")
    codes = participating_codes(participation.arrangement_id, on)
    return payer(residence, on, codes, name=pupil.first_name)
