"""A whole record of one case, for the page of a trajectory that `manage.py bench` measures."""

import datetime as dt
from itertools import pairwise

from support.models import (
    CareNote,
    Consent,
    Contact,
    Goal,
    Plan,
    Provision,
    SchoolNote,
    TrajectoryEvent,
)


def contact(world, case, on, moment):
    """A contact that took place, not stored yet."""
    return Contact(
        trajectory=case,
        provider=world.provider,
        worker_id=case.regisseur_id,
        on=min(on, world.on),
        minutes=45,
        recorded_at=moment,
        site_id=case.site_id,
        municipality=world.municipality,
        is_funded=True,
    )


def record(world, case, moment):
    """Plan, goals, provisions, consents, notes and steps of one case."""
    own = {"trajectory": case, "provider": world.provider}
    plan = Plan.objects.create(
        **own, family_id=case.family_id, state="agreed", agreed_on=case.registered_on
    )
    Goal.objects.bulk_create(
        Goal(
            **own,
            plan=plan,
            position=number,
            title="Mee kunnen doen met de groep",
            start_score=3,
            target_score=7,
            current_score=5,
            is_for_school=True,
            shared_site=case.site_id,
        )
        for number in (1, 2, 3)
    )
    Provision.objects.bulk_create(
        Provision(
            **own,
            site_id=case.site_id,
            worker=world.workers[0],
            weekday=day,
            start_time=dt.time(9 + day),
            valid_from=case.registered_on,
            shared_site=case.site_id,
        )
        for day in (1, 3)
    )
    parent = world.parents[world.children.index(case.pupil)]
    Consent.objects.bulk_create(
        Consent(
            pupil_id=case.pupil_id,
            purpose=purpose,
            request_id=case.request_id,
            trajectory=case if purpose == "help" else None,
            guardian=parent,
            giver_label=parent.full_name,
            regime="parents",
            state="given",
            asked_on=case.submitted_on,
            answered_on=case.submitted_on,
            site_id=case.site_id,
            provider=world.provider,
        )
        for purpose in ("share", "help")
    )
    CareNote.objects.bulk_create(
        CareNote(**own, text="Vandaag geoefend met het plan voor de pauze. " * 4)
        for _number in range(10)
    )
    SchoolNote.objects.bulk_create(
        SchoolNote(
            **own,
            pupil_id=case.pupil_id,
            site_id=case.site_id,
            pupil_name=case.pupil_name,
            kind="agreement",
            text="Een vaste plek vooraan in de klas.",
            on=case.registered_on,
            shared_site=case.site_id,
        )
        for _number in range(3)
    )
    steps = ("registered", "intake", "plan_draft", "plan_agreed", "active")
    TrajectoryEvent.objects.bulk_create(
        TrajectoryEvent(
            **own,
            move="step",
            from_state=before,
            to_state=after,
            on=case.registered_on,
            at=moment,
            actor_label="Bench",
        )
        for before, after in pairwise(steps)
    )
