"""What is being typed and what is sent do not overtake each other."""

import pytest

from schools.models import Pupil

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_form_waits_for_the_draft_that_is_under_way(world, open_desk):
    pupil = world.a.pupil
    anna = open_desk(world.anna)
    order = []

    def slow(route):
        anna.page.wait_for_timeout(400)
        order.append("draft")
        route.continue_()

    anna.page.route("**/concept/**", slow)
    anna.page.on(
        "request",
        lambda asked: (
            order.append("form")
            if asked.method == "POST" and asked.url.endswith("/bewerken/")
            else None
        ),
    )
    anna.go(f"/leerlingen/{pupil.pk}/bewerken/")
    anna.page.fill("[name=first_name]", "Canary Anders")
    anna.page.locator("[name=first_name]").dispatch_event("change")
    anna.send()
    assert order == ["draft", "form"]
    assert Pupil.objects.get(pk=pupil.pk).first_name == "Canary Anders"
