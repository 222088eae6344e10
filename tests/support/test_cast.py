"""The small worlds of the tests are what they say they are."""

from oja.access.actor import become
from schools.models import Pupil
from support.models import SupportRequest, Trajectory


def test_it_shares_the_case_of_each_world(cast):
    for world in (cast.a, cast.b):
        assert world.request.share_state == "complete"
        assert world.trajectory.shared_site == world.site.pk
        assert world.trajectory.help_state == "complete"
        assert world.trajectory.first_help_on == world.contact.on


def test_it_shows_each_coordinator_the_own_school_only(cast):
    for name, world in (("anna", cast.a), ("dirk", cast.b)):
        actor = cast.actor(name)
        with become(actor):
            assert {pupil.site_id for pupil in Pupil.objects.visible_to(actor)} == {world.site.pk}
            assert SupportRequest.objects.count() == 5
            assert list(Trajectory.objects.values_list("pk", flat=True)) == [world.trajectory.pk]
