"""Conditions on pupils and trajectories that figures count, with subqueries over other tables."""

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull

from providers.models import ParticipatingMunicipality, Participation
from schools.models import Enrolment, Residence
from support.models import SupportRequest, Trajectory


def helped_in(start, end):
    """Pupils who had help on at least one day of [start, end), by a request of their school."""
    requests = SupportRequest.objects.filter(
        Q(help_ended_on__isnull=True) | Q(help_ended_on__gte=start),
        pupil=OuterRef("pk"),
        first_help_on__lt=end,
    )
    # Not EXISTS: for that the database reads the requests of every school, once.
    return Q(IsNull(Subquery(requests.values("pk")[:1]), False))


def funded_on(on):
    """Pupils enrolled on the date whose municipality pays in the arrangement of their school."""
    enrolled = Enrolment.objects.valid_on(on).filter(pupil=OuterRef("pk"))
    arrangement = Participation.objects.valid_on(on).filter(
        site=OuterRef(OuterRef("site")), arrangement=OuterRef("arrangement")
    )
    pays = ParticipatingMunicipality.objects.valid_on(on).filter(
        Exists(arrangement), municipality=OuterRef("municipality")
    )
    residence = Residence.objects.valid_on(on).filter(Exists(pays), pupil=OuterRef("pk"))
    return Q(Exists(enrolled)) & Q(Exists(residence))


def counts_for_child(start, end):
    """Of the trajectories of one child with help in [start, end), the one in the highest layer.

    A child that came back counts once; of two in the same layer the later one stands.
    """
    higher = Trajectory.objects.filter(
        Q(help_ended_on__isnull=True) | Q(help_ended_on__gte=start),
        Q(highest_layer__gt=OuterRef("highest_layer"))
        | Q(highest_layer=OuterRef("highest_layer"), pk__gt=OuterRef("pk")),
        pupil=OuterRef("pupil"),
        provider=OuterRef("provider"),
        first_help_on__lt=end,
    )
    return ~Exists(higher)
