"""The hulpvraag: the school's record of a question for help, from first talk to decision.

The columns that say who else may see it (`share_state` and what follows from it) are written by
database triggers only; a value that a page sends for them is not stored.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CHANGE, CREATE, DELETE, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel, TransitionEvent


class RequestState(models.TextChoices):
    """Where a request stands. The last five are other ways than help by this arrangement."""

    CONCEPT = "concept", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    IN_TEAM = "in_team", _("In support team")
    ACCEPTED = "accepted", _("Accepted")
    STARTED = "started", _("Trajectory started")
    EDUCATION = "education", _("Education")
    DISTRICT_TEAM = "district_team", _("District team")
    ELSEWHERE = "elsewhere", _("Elsewhere")
    NOT_FUNDED = "not_funded", _("Not funded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ShareState(models.TextChoices):
    """What the answers about sharing come to today."""

    NONE = "none", _("Not asked")
    INCOMPLETE = "incomplete", _("Incomplete")
    COMPLETE = "complete", _("Complete")
    DISPUTED = "disputed", _("Disputed")


class Source(models.TextChoices):
    """Who noticed first."""

    SCHOOL = "school", _("School")
    PARENT = "parent", _("Parent")
    PUPIL = "pupil", _("Pupil")
    YOUTH_HEALTH = "youth_health", _("Youth health service")
    DISTRICT_TEAM = "district_team", _("District team")
    GP = "gp", _("General practitioner")
    ATTENDANCE_OFFICER = "attendance_officer", _("Attendance officer")
    OTHER = "other", _("Someone else")


class Urgency(models.TextChoices):
    """How fast an answer is needed."""

    NORMAL = "normal", _("Normal")
    URGENT = "urgent", _("Urgent")


class Topic(models.TextChoices):
    """What the question is about, in the words of a teacher: never a diagnosis.

    Safety has no place here: the reporting code has its own closed way (Wet verplichte meldcode).
    """

    SOCEM = "SOCEM", _("Feelings and contact with others")
    GEDRAG = "GEDRAG", _("Behaviour in the group")
    ANGST_SOMBER = "ANGST_SOMBER", _("Worried or sad")
    AUTISME = "AUTISME", _("Stimuli and contact")
    ADHD = "ADHD", _("Attention and restlessness")
    TRAUMA = "TRAUMA", _("After a shocking event")
    LVB = "LVB", _("Learning and understanding")
    WERKHOUDING = "WERKHOUDING", _("Working attitude")
    SCHOOLGANG = "SCHOOLGANG", _("Going to school")
    OPVOEDING_THUIS = "OPVOEDING_THUIS", _("Raising at home")
    SCHEIDING = "SCHEIDING", _("Parents who separate")
    ROUW = "ROUW", _("Loss and grief")
    ARMOEDE_STRESS = "ARMOEDE_STRESS", _("Money worries and stress at home")
    VERSLAVING_GAMEN = "VERSLAVING_GAMEN", _("Gaming, phone or substances")
    LICHAMELIJK = "LICHAMELIJK", _("Body and health")
    OUDERSCHAP = "OUDERSCHAP", _("Being a young parent")
    ANDERS = "ANDERS", _("Something else")


#: Questions on which the support team has not decided yet.
OPEN_STATES = (
    RequestState.CONCEPT,
    RequestState.SUBMITTED,
    RequestState.IN_TEAM,
    RequestState.ACCEPTED,
)
#: Questions that care workers of the provider see before one of them is assigned.
QUEUE_STATES = (RequestState.SUBMITTED, RequestState.IN_TEAM, RequestState.ACCEPTED)

IS_SHARED = Q(share_state=ShareState.COMPLETE) & ~Q(state=RequestState.CONCEPT)


class SupportRequestQuerySet(ScopedQuerySet):
    """Reads of requests; always after `visible_to`."""

    def open(self):
        """Not decided, or accepted and not yet assigned."""
        return self.filter(state__in=OPEN_STATES)

    def submitted(self):
        """Everything that left the draft."""
        return self.exclude(state=RequestState.CONCEPT)

    def for_list(self):
        """With what one line of the list shows. Every reader of a request may read its pupil."""
        return self.select_related("pupil", "site", "site__school", "provider", "author")

    def for_detail(self):
        """With what the page of one request shows."""
        return self.for_list().select_related("participation", "municipality", "arrangement")


class SupportRequest(BaseModel, ScopedModel):
    """A question for help about one pupil, written by the school."""

    reference = models.CharField(_("reference"), max_length=12, editable=False)
    pupil = models.ForeignKey(
        "schools.Pupil", models.PROTECT, related_name="requests", verbose_name=_("pupil")
    )
    site = models.ForeignKey(
        "schools.SchoolSite", models.PROTECT, related_name="requests", verbose_name=_("school")
    )
    provider = models.ForeignKey(
        "providers.Provider",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("provider"),
    )
    participation = models.ForeignKey(
        "providers.Participation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    arrangement = models.ForeignKey(
        "providers.Arrangement", models.PROTECT, null=True, blank=True, related_name="+"
    )
    municipality = models.ForeignKey(
        "schools.Municipality",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("municipality that pays"),
    )
    is_funded = models.BooleanField(_("paid by the arrangement"), null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(_("noticed by"), max_length=20, choices=Source, default=Source.SCHOOL)
    talk_with = models.JSONField(_("talked with"), default=list, blank=True)
    talk_on = models.DateField(_("talk on"), null=True, blank=True)
    topics = ArrayField(
        models.CharField(max_length=20, choices=Topic),
        verbose_name=_("topics"),
        default=list,
        blank=True,
        size=3,
    )
    question = models.TextField(_("question"), max_length=600, blank=True)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    state = models.CharField(
        _("state"), max_length=20, choices=RequestState, default=RequestState.CONCEPT
    )
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    team_meeting_on = models.DateField(_("support team on"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_note = models.TextField(_("agreements"), max_length=2000, blank=True)
    assigned_on = models.DateField(_("assigned on"), null=True, blank=True)
    # The day on which an accepted request stopped without being helped further.
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)
    # Facts of the care side that figures of the school need; written by triggers on those rows.
    first_talk_on = models.DateField(_("first talk on"), null=True, editable=False)
    first_help_on = models.DateField(_("first help on"), null=True, editable=False)
    help_ended_on = models.DateField(_("help ended on"), null=True, editable=False)

    share_state = models.CharField(
        _("consent to share"),
        max_length=12,
        choices=ShareState,
        default=ShareState.NONE,
        editable=False,
    )
    shared_until = models.DateField(_("shared until"), null=True, editable=False)
    shared_provider = models.GeneratedField(
        expression=Case(When(IS_SHARED, then=F("provider")), default=None),
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )
    queue_provider = models.GeneratedField(
        expression=Case(
            When(IS_SHARED & Q(state__in=QUEUE_STATES), then=F("provider")), default=None
        ),
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )
    shared_pupil = models.GeneratedField(
        expression=Case(When(IS_SHARED, then=F("pupil")), default=None),
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )

    objects = SupportRequestQuerySet.as_manager()

    class Scope:
        rules = (
            Rule(Role.SCHOOL_COORDINATOR, "site", "sites", (READ, CREATE, CHANGE, DELETE)),
            Rule(
                Role.PROVIDER_MANAGER,
                "shared_provider",
                "providers",
                (READ, CHANGE),
                until="shared_until",
            ),
            Rule(Role.CARE_WORKER, "queue_provider", "providers", until="shared_until"),
            Rule(Role.CARE_WORKER, "shared_pupil", "caseload_pupils", until="shared_until"),
        )
        fixed = ("site",)
        bound = {"pupil": ("site",)}
        own = {
            "site": "the school that asks; the composite key ties its pupil to it",
            "shared_provider": "computed from the row itself",
            "queue_provider": "computed from the row itself",
            "shared_pupil": "computed from the row itself",
        }
        logs_reads = True

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ("-submitted_on", "-created_at")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "reference"], name="supportrequest_reference_once_per_site"
            ),
            models.CheckConstraint(
                name="supportrequest_submitted_once_out_of_concept",
                condition=Q(state=RequestState.CONCEPT)
                | Q(submitted_on__isnull=False)
                | Q(state=RequestState.WITHDRAWN),
                violation_error_message=_("A request that is under way has a date of submission."),
            ),
            models.CheckConstraint(
                name="supportrequest_submitted_by_has_date",
                condition=Q(submitted_by__isnull=True) | Q(submitted_on__isnull=False),
                violation_error_message=_("Who submitted has a date beside it."),
            ),
            models.CheckConstraint(
                name="supportrequest_decided_by_has_date",
                condition=Q(decided_by__isnull=True) | Q(decided_on__isnull=False),
                violation_error_message=_("Who decided has a date beside it."),
            ),
            models.CheckConstraint(
                name="supportrequest_decision_has_date",
                condition=~Q(
                    state__in=[
                        RequestState.ACCEPTED,
                        RequestState.STARTED,
                        RequestState.EDUCATION,
                        RequestState.DISTRICT_TEAM,
                        RequestState.ELSEWHERE,
                        RequestState.NOT_FUNDED,
                    ]
                )
                | Q(decided_on__isnull=False),
                violation_error_message=_("A decision has a date."),
            ),
            models.CheckConstraint(
                name="supportrequest_decided_after_submitted",
                condition=Q(decided_on__isnull=True)
                | Q(submitted_on__isnull=True)
                | Q(decided_on__gte=F("submitted_on")),
                violation_error_message=_("The decision cannot be older than the request."),
            ),
            models.CheckConstraint(
                name="supportrequest_assigned_has_date",
                condition=~Q(state=RequestState.STARTED) | Q(assigned_on__isnull=False),
                violation_error_message=_("An assigned request has a date of assignment."),
            ),
            models.CheckConstraint(
                name="supportrequest_at_most_three_topics",
                condition=Q(topics__len__lte=3),
                violation_error_message=_("Choose at most three topics."),
            ),
            models.CheckConstraint(
                name="supportrequest_under_way_has_provider",
                condition=Q(
                    state__in=[
                        RequestState.CONCEPT,
                        RequestState.WITHDRAWN,
                    ]
                )
                | Q(provider__isnull=False),
                violation_error_message=_("A request that is under way has a provider."),
            ),
        ]
        indexes = [
            # the manager's list and the numbers of the menu, and row security behind them
            models.Index(fields=["shared_provider", "state"], name="supportrequest_shared_with"),
            # the care worker's queue
            models.Index(fields=["queue_provider"], name="supportrequest_queue"),
            # the requests of the pupils in a caseload
            models.Index(fields=["shared_pupil"], name="supportrequest_shared_pupil"),
            # the coordinator's list, newest first
            models.Index(fields=["site", "-submitted_on"], name="supportrequest_site_newest"),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        """The page of this request."""
        return reverse("request-detail", args=[self.pk])

    @property
    def topic_labels(self):
        """The topics in words."""
        return [Topic(code).label for code in self.topics]

    @property
    def is_open(self):
        """Not decided, or accepted and not yet assigned."""
        return self.state in OPEN_STATES


class RequestEvent(TransitionEvent, ScopedModel):
    """One step of a request. `shared_provider` follows the request by trigger."""

    request = models.ForeignKey(SupportRequest, models.RESTRICT, related_name="events")
    site = models.ForeignKey("schools.SchoolSite", models.PROTECT, related_name="+")
    shared_provider = models.UUIDField(null=True, editable=False)
    shared_until = models.DateField(null=True, editable=False)

    class Scope:
        rules = (
            Rule(Role.SCHOOL_COORDINATOR, "site", "sites", (READ, CREATE)),
            Rule(
                Role.PROVIDER_MANAGER,
                "shared_provider",
                "providers",
                (READ, CREATE),
                until="shared_until",
            ),
        )
        fixed = ("request", "site")
        bound = {"request": ("site",)}
        own = {
            "shared_provider": "written by the trigger that reads the request",
        }
        logs_reads = False

    class Meta(TransitionEvent.Meta):
        verbose_name = _("step of a request")
        verbose_name_plural = _("steps of requests")
        indexes = [
            # the steps of the manager's requests, for row security
            models.Index(fields=["shared_provider"], name="requestevent_shared_with"),
        ]

    @property
    def to_label(self):
        """The state after this step, in words."""
        return RequestState(self.to_state).label
