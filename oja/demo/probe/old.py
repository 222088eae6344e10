"""A world for independent security testers: every border crossed, a canary in every secret.

Two schools and two lead providers. Each name and each sensitive text holds a random word that
occurs nowhere else, filed under the group of rows that it stands in, so that whoever reads a page
as some user can tell at once whether that user should have seen it.
"""

import datetime as dt

from django.urls import reverse

from oja.access.actor import Actor, become
from oja.access.models import Organisation
from oja.access.permissions import Role
from oja.demo.probe_record import Probe
from providers.actions import (
    add_participation,
    add_worker,
    end_participation,
    register_provider,
    start_arrangement,
)
from schools.actions import (
    add_group,
    add_guardian,
    add_pupil,
    assign_teacher,
    register_municipality,
    register_site,
)
from support import actions
from support.models import Consent, Plan, Trajectory

#: Only a database with this organisation is a probe world.
MARK = "Probe world of OJA"


class World:
    """Builds the probe world step by step, each step by the person who may take it."""

    def __init__(self, on: dt.date):
        self.probe = Probe(on=on, start=on - dt.timedelta(days=700))
        self.changed_on = on - dt.timedelta(days=300)  # school A changed provider

    def build(self) -> Probe:
        """Fill the empty database; the caller owns the transaction."""
        with become(Actor.system("probe world")) as actor:
            self._organisations(actor)
            self._people(actor)
        self._school_a()
        self._school_b()
        self._edit()
        self.probe.urls += [
            reverse(name)
            for name in (
                "home",
                "pupil-list",
                "pupil-create",
                "request-list",
                "request-create",
                "trajectory-list",
                "contact-create",
                "figures",
                "monitor",
            )
        ]
        for slug, part in (("start-within-28-days", "denominator"), ("open-waiting", "count")):
            self.probe.url("figure-detail", slug)
            self.probe.url("figure-rows", slug, part)
            self.probe.url("figure-rows", slug, part, query="?formaat=csv")
        return self.probe

    # --- Organisations and people ---------------------------------------------------------

    def _organisations(self, actor):
        start = self.probe.start
        self.platform = Organisation.objects.create(kind=Organisation.Kind.PLATFORM, name=MARK)
        self.town = register_municipality(actor, code="9901", name="Oosterveld")
        self.arrangement = start_arrangement(
            actor, name="OJA Oosterveld", valid_from=start, municipalities=[self.town]
        )
        self.p = register_provider(actor, name="Provider P")
        self.q = register_provider(actor, name="Provider Q")
        self.a = register_site(actor, name="School A", municipality=self.town, school_type="sbo")
        self.b = register_site(actor, name="School B", municipality=self.town, school_type="so")
        joins = {"arrangement": self.arrangement, "valid_from": start}
        before = add_participation(actor, site=self.a, provider=self.q, **joins)
        end_participation(actor, participation=before, on=self.changed_on)
        joins["valid_from"] = self.changed_on
        add_participation(actor, site=self.a, provider=self.p, **joins)
        joins["valid_from"] = start
        add_participation(actor, site=self.b, provider=self.q, **joins)
        self.group_a = add_group(actor, site=self.a, name="5a")
        self.group_b = add_group(actor, site=self.b, name="5b")

    def _people(self, actor):
        a, b, p, q = (row.organisation for row in (self.a, self.b, self.p, self.q))
        case_a = {"case_a_child", "case_a_family", "case_a_question", "case_a_school_goal"}
        queue_a = {"queue_a"}
        school_a = {
            "private_a",
            "unshared_a",
            "unshared_a_question",
            "queue_a",
            "queue_a_family",
            *case_a,
            "case_a_message",
            "case_a_agreement",
            "withdrawn_a_child",
            "withdrawn_a_question",
            "old_a_child",
            "old_a_question",
        }
        school_b = {
            "private_b",
            "case_b_child",
            "case_b_family",
            "case_b_question",
            "case_b_message",
        }
        care_p = {*case_a, "case_a_care_goal", "case_a_plan"}
        case_q = {"case_b_child", "case_b_family", "case_b_question", "case_b_plan"}
        old_q = {"old_a_child", "old_a_question"}
        gone = {"withdrawn_a_child", "withdrawn_a_plan"}
        u, role = self.probe.user, Role
        u("coordinator_a", role.SCHOOL_COORDINATOR, a, school_a)
        u("coordinator_b", role.SCHOOL_COORDINATOR, b, school_b)
        teacher = u("teacher_a", role.TEACHER, a, {"case_a_child", "case_a_agreement"})
        own = {"case_a_note", "case_a_message", "case_a_agreement"}
        own |= {"withdrawn_a_note", "withdrawn_a_message"}
        u("worker_p", role.CARE_WORKER, p, care_p | queue_a | gone | own)
        u("colleague_p", role.CARE_WORKER, p, queue_a)
        u("manager_p", role.PROVIDER_MANAGER, p, care_p | queue_a | gone)
        u(
            "worker_q",
            role.CARE_WORKER,
            q,
            case_q | old_q | {"case_b_note", "case_b_message", "old_a_note"},
        )
        u("manager_q", role.PROVIDER_MANAGER, q, case_q | old_q)
        # Two roles in two places: they must not mix.
        u("coordinator_b_and_worker_p", role.SCHOOL_COORDINATOR, b, school_b | queue_a)
        u("coordinator_b_and_worker_p", role.CARE_WORKER, p)
        town = Organisation.objects.create(
            kind=Organisation.Kind.MUNICIPALITY, name="Gemeente Oosterveld"
        )
        region = Organisation.objects.create(
            kind=Organisation.Kind.PARTNERSHIP, name="Samenwerkingsverband"
        )
        u("adviser", role.MUNICIPAL_ADVISER, town)
        u("partnership", role.PARTNERSHIP, region)
        u("administrator", role.ADMINISTRATOR, self.platform)
        for name, provider in (("worker_p", self.p), ("colleague_p", self.p), ("worker_q", self.q)):
            self.probe.workers[name] = add_worker(
                actor, provider=provider, name=f"Helper {name}", user=self.probe.accounts[name]
            )
        assign_teacher(actor, group=self.group_a, user=teacher, valid_from=self.probe.start)

    # --- Pieces of a case -----------------------------------------------------------------

    def _as(self, name):
        return become(Actor.for_user(self.probe.accounts[name]))

    def _pupil(self, actor, site, group_name, family_group, group, household=None):
        """A child of nine with one parent; both names are canaries."""
        canary = self.probe.canary
        pupil = add_pupil(
            actor,
            site=site,
            on=self.probe.on,
            municipality=self.town,
            enrolled_on=self.probe.start,
            household=household,
            first_name=canary(group_name),
            last_name=canary(group_name),
            birth_date=self.probe.on - dt.timedelta(days=365 * 9),
            gender=2,
            group=group,
        )
        parent = add_guardian(
            actor,
            pupil=pupil,
            first_name=canary(family_group),
            last_name=canary(family_group),
            relation="mother",
            has_custody=True,
            custody_source="school",
            email=f"{canary(family_group).lower()}@probe.example",
        )
        self.probe.url("pupil-detail", pupil.pk)
        self.probe.url("pupil-edit", pupil.pk)
        self.probe.url("guardian-edit", pupil.pk, parent.pk)
        self.probe.url("residence-set", pupil.pk)
        self.probe.url("request-create", query=f"?leerling={pupil.pk}")
        return pupil, parent

    def _request(self, actor, pupil, parent, question_group, on, answer="given"):
        request = actions.submit_request(
            actor,
            pupil=pupil,
            talk_with=[{"id": "pupil", "label": "pupil"}],
            talk_on=on,
            topics=["SOCEM"],
            question=f"Vraag {self.probe.canary(question_group)}",
            consents=[{"guardian": parent, "answer": answer, "form": "talk", "on": on}],
            on=on,
        )
        self.probe.url("request-detail", request.pk)
        self.probe.url("consent-ask", request.pk)
        for step in ("agenda", "accepteren", "intrekken", "toewijzen", "terugdraaien"):
            self.probe.url("request-move", request.pk, step)
        for consent in Consent.objects.visible_to(actor).filter(request=request):
            self.probe.url("consent-withdraw", consent.pk)
            self.probe.url("consent-correct", consent.pk)
        return request

    def _accept(self, actor, request, on):
        request = actions.put_on_agenda(actor, request=request, team_meeting_on=on, on=on)
        return actions.decide(actor, request=request, outcome="accept", decided_on=on, on=on)

    def _help(self, name, request, parent, groups, on):
        """Help of one worker from consent to the first contact, with a canary in every text."""
        canary = self.probe.canary
        worker = self.probe.workers[name]
        with self._as(name) as actor:
            trajectory = Trajectory.objects.visible_to(actor).get(request=request)
            actions.record_consent(
                actor,
                trajectory=trajectory,
                purpose="help",
                guardian=parent,
                answer="given",
                answered_on=on,
                on=on,
            )
            trajectory = actions.plan_intake(actor, trajectory=trajectory, intake_on=on, on=on)
            trajectory = actions.record_intake(
                actor, trajectory=trajectory, intake_held_on=on, on=on
            )
            goals = [
                {
                    "title": f"Doel {canary(groups['school_goal'])}",
                    "start_score": 2,
                    "target_score": 7,
                    "is_for_school": True,
                },
                {
                    "title": f"Doel {canary(groups['care_goal'])}",
                    "approach": f"Aanpak {canary(groups['care_goal'])}",
                    "start_score": 3,
                    "target_score": 8,
                    "is_for_school": False,
                },
            ]
            plan = actions.save_plan(
                actor,
                trajectory=trajectory,
                goals=goals,
                next_evaluation_on=on + dt.timedelta(days=90),
                home_part=f"Thuis {canary(groups['plan'])}",
                going_well=f"Goed {canary(groups['plan'])}",
                on=on,
            )
            actions.record_plan_agreement(actor, plan=plan, guardian=parent, agreed_on=on, on=on)
            trajectory = actions.agree_plan(actor, trajectory=trajectory, on=on)
            provision = actions.add_provision(
                actor,
                trajectory=trajectory,
                worker=worker,
                form="INDIVIDUEEL",
                place="school",
                weekday=on.isoweekday() if on.isoweekday() < 6 else 1,
                start_time=dt.time(10, 15),
                valid_from=on,
                on=on,
            )
            trajectory = actions.start_help(actor, trajectory=trajectory, started_on=on, on=on)
            contact = actions.record_contact(
                actor,
                trajectory=trajectory,
                provision=provision,
                contact_on=on,
                minutes=45,
                note=f"Notitie {canary(groups['note'])}",
                audience="care",
                on=on,
            )
            words = {"trajectory": trajectory, "audience": "school", "on": on}
            actions.add_note(actor, text=f"Bericht {canary(groups['message'])}", **words)
            if "agreement" in groups:
                agreement = f"Afspraak {canary(groups['agreement'])}"
                actions.add_note(actor, text=agreement, kind="agreement", **words)
            self._case_urls(trajectory, contact, plan)
        return trajectory

    def _case_urls(self, trajectory, contact, plan: Plan):
        url = self.probe.url
        for name in (
            "trajectory-detail",
            "trajectory-plan",
            "trajectory-consent",
            "trajectory-provision",
            "trajectory-scores",
            "trajectory-school-view",
            "plan-agreement",
        ):
            url(name, trajectory.pk)
        for step in ("intake-plannen", "starten", "afsluiten", "pauzeren"):
            url("trajectory-move", trajectory.pk, step)
        url("contact-create", query=f"?traject={trajectory.pk}")
        url("contact-correct", contact.pk)
        url("contact-undo", contact.pk)

    # --- The two schools ------------------------------------------------------------------

    def _school_a(self):
        on, group = self.probe.on, self.group_a
        recent = on - dt.timedelta(days=30)
        old = self.changed_on - dt.timedelta(days=60)
        with self._as("coordinator_a") as actor:
            self._pupil(actor, self.a, "private_a", "private_a", group)
            pupil, parent = self._pupil(actor, self.a, "unshared_a", "unshared_a", group)
            self._request(actor, pupil, parent, "unshared_a_question", on, answer="refused")
            pupil, parent = self._pupil(actor, self.a, "queue_a", "queue_a_family", group)
            self._request(actor, pupil, parent, "queue_a", on)
            pupil, case_parent = self._pupil(actor, self.a, "case_a_child", "case_a_family", group)
            self.household = pupil.household
            case = self._request(actor, pupil, case_parent, "case_a_question", recent)
            self._accept(actor, case, recent)
            pupil, gone_parent = self._pupil(
                actor, self.a, "withdrawn_a_child", "withdrawn_a_child", group
            )
            gone = self._request(actor, pupil, gone_parent, "withdrawn_a_question", recent)
            self._accept(actor, gone, recent)
            pupil, old_parent = self._pupil(actor, self.a, "old_a_child", "old_a_child", group)
            before = self._request(actor, pupil, old_parent, "old_a_question", old)
            self._accept(actor, before, old)
        self._assign("manager_p", case, "worker_p", recent)
        self._assign("manager_p", gone, "worker_p", recent)
        self._assign("manager_q", before, "worker_q", old)
        groups = {
            "school_goal": "case_a_school_goal",
            "care_goal": "case_a_care_goal",
            "plan": "case_a_plan",
            "note": "case_a_note",
            "message": "case_a_message",
            "agreement": "case_a_agreement",
        }
        self._help("worker_p", case, case_parent, groups, recent)
        groups = {
            "school_goal": "withdrawn_a_plan",
            "care_goal": "withdrawn_a_plan",
            "plan": "withdrawn_a_plan",
            "note": "withdrawn_a_note",
            "message": "withdrawn_a_message",
        }
        self._help("worker_p", gone, gone_parent, groups, recent)
        with self._as("coordinator_a") as actor:
            consent = Consent.objects.visible_to(actor).get(request=gone, purpose="share")
            actions.withdraw_consent(actor, consent=consent)
        with self._as("worker_q") as actor:
            trajectory = Trajectory.objects.visible_to(actor).get(request=before)
            actions.add_note(
                actor,
                trajectory=trajectory,
                text=f"Notitie {self.probe.canary('old_a_note')}",
                audience="care",
            )
            self.probe.url("trajectory-detail", trajectory.pk)

    def _school_b(self):
        recent = self.probe.on - dt.timedelta(days=30)
        with self._as("coordinator_b") as actor:
            self._pupil(actor, self.b, "private_b", "private_b", self.group_b)
            # A sister of a child of school A: one family, two providers.
            pupil, parent = self._pupil(
                actor, self.b, "case_b_child", "case_b_family", self.group_b, self.household
            )
            case = self._request(actor, pupil, parent, "case_b_question", recent)
            self._accept(actor, case, recent)
        self._assign("manager_q", case, "worker_q", recent)
        groups = {
            "school_goal": "case_b_question",
            "care_goal": "case_b_plan",
            "plan": "case_b_plan",
            "note": "case_b_note",
            "message": "case_b_message",
        }
        self._help("worker_q", case, parent, groups, recent)

    def _assign(self, manager, request, worker, on):
        with self._as(manager) as actor:
            actions.assign_regisseur(
                actor, request=request, regisseur=self.probe.workers[worker], on=on
            )

    def _edit(self):
        """A form with a text field and the version that it started from."""
        address = next(url for url in self.probe.urls if url.endswith("/bewerken/"))
        self.probe.edit = {
            "url": address,
            "user": self.probe.accounts["coordinator_a"].email,
            "field": "last_name",
            "version": "_version",
        }
