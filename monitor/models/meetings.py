"""The meeting about the figures: what was seen, what it may mean, and what was agreed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitor.models.published import Snapshot
from oja.access.permissions import Role
from oja.access.scoping import CHANGE, CREATE, READ, Rule, ScopedModel
from oja.core.models import BaseModel

KEEPERS = (Role.MUNICIPAL_ADVISER, Role.SCHOOL_COORDINATOR, Role.PROVIDER_MANAGER)
#: Everybody at the table writes in the same meeting; the partnership reads it.
AT_THE_TABLE = (
    *(Rule(role, "arrangement_id", "arrangements", (READ, CREATE, CHANGE)) for role in KEEPERS),
    Rule(Role.PARTNERSHIP, "arrangement_id", "arrangements"),
)


class Theme(models.TextChoices):
    """The four questions of the meeting, and the rest."""

    ATTENDANCE = "attendance", _("Pupils at home")
    FLOW = "flow", _("To and from special education")
    MONEY = "money", _("Budget")
    SATISFACTION = "satisfaction", _("Satisfaction")
    OTHER = "other", _("Access, help and other")


#: Which figures belong to which point of the agenda, by the theme of the figure.
THEMES = {
    Theme.ATTENDANCE: ("attendance",),
    Theme.FLOW: ("flow",),
    Theme.MONEY: ("money",),
    Theme.SATISFACTION: ("satisfaction",),
    Theme.OTHER: ("access", "use"),
}


def theme_of(figure_theme):
    """The point of the agenda under which figures of a theme are discussed."""
    return next((one for one, names in THEMES.items() if figure_theme in names), Theme.OTHER)


class Meeting(BaseModel, ScopedModel):
    """One meeting of an arrangement, with the frozen figures that it looks at."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")

    arrangement_id = models.UUIDField()
    arrangement_name = models.CharField(max_length=120)
    on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings"
    )
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    planned_by_label = models.CharField(max_length=200)

    class Scope:
        rules = AT_THE_TABLE
        fixed = ("arrangement_id",)
        own = {"arrangement_id": "where it was planned; only figures of the same can be chosen"}
        bound = {"snapshot": ("arrangement_id:published_arrangement_id",)}
        logs_reads = False

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("-on", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["arrangement_id", "on"],
                name="meeting_once_a_day",
                violation_error_message=_("There is a meeting on this date already."),
            )
        ]

    def __str__(self):
        return f"{self.arrangement_name} {self.on:%Y-%m-%d}"


class OfMeeting(BaseModel, ScopedModel):
    """Something of a meeting; it has the arrangement of the meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="%(class)ss")
    arrangement_id = models.UUIDField()
    by_label = models.CharField(max_length=200)

    class Meta:
        abstract = True


class Participant(OfMeeting):
    """Who was there, for whom. A professional, never a parent or a child."""

    name = models.CharField(max_length=120)
    organisation = models.CharField(max_length=120, blank=True)

    class Scope:
        rules = AT_THE_TABLE
        fixed = ("meeting", "arrangement_id")
        bound = {"meeting": ("arrangement_id",)}
        logs_reads = False

    class Meta:
        verbose_name = _("participant of a meeting")
        verbose_name_plural = _("participants of meetings")
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "name"],
                name="participant_once_per_meeting",
                violation_error_message=_("This person is on the list already."),
            )
        ]

    def __str__(self):
        return self.name


class AgendaPoint(OfMeeting):
    """A figure that somebody wants to talk about in a meeting."""

    slug = models.SlugField(max_length=60)  # the figure
    title = models.CharField(max_length=200)  # its name on that day
    theme = models.CharField(max_length=20, choices=Theme)
    taken_off_at = models.DateTimeField(null=True, blank=True)

    class Scope:
        rules = AT_THE_TABLE
        fixed = ("meeting", "arrangement_id", "slug")
        bound = {"meeting": ("arrangement_id",)}
        logs_reads = False

    class Meta:
        verbose_name = _("figure on an agenda")
        verbose_name_plural = _("figures on agendas")
        ordering = ("created_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "slug"],
                name="agendapoint_once_per_meeting",
                violation_error_message=_("This figure is on the agenda already."),
            )
        ]

    def __str__(self):
        return self.title


class Interpretation(OfMeeting):
    """What a figure means: a fact, or a possible explanation that nobody proved."""

    class Kind(models.TextChoices):
        FACT = "fact", _("Fact")
        EXPLANATION = "explanation", _("Possible explanation")

    theme = models.CharField(max_length=20, choices=Theme)
    slug = models.SlugField(max_length=60, blank=True)  # the figure it is about
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField()
    is_agreed = models.BooleanField(null=True, blank=True)  # None: not talked about yet

    class Scope:
        rules = AT_THE_TABLE
        fixed = ("meeting", "arrangement_id")
        bound = {"meeting": ("arrangement_id",)}
        logs_reads = False

    class Meta:
        verbose_name = _("interpretation")
        verbose_name_plural = _("interpretations")
        ordering = ("created_at", "id")

    def __str__(self):
        return self.get_kind_display()


class Decision(OfMeeting):
    """What the meeting decided."""

    theme = models.CharField(max_length=20, choices=Theme)
    text = models.TextField()

    class Scope:
        rules = AT_THE_TABLE
        fixed = ("meeting", "arrangement_id")
        bound = {"meeting": ("arrangement_id",)}
        logs_reads = False

    class Meta:
        verbose_name = _("decision of a meeting")
        verbose_name_plural = _("decisions of meetings")
        ordering = ("created_at", "id")

    def __str__(self):
        return self.get_theme_display()


class ActionPoint(OfMeeting):
    """Who will do what by when. It comes back in every meeting until it is done."""

    theme = models.CharField(max_length=20, choices=Theme)
    text = models.TextField()
    owner = models.CharField(max_length=120)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_note = models.CharField(max_length=200, blank=True)

    class Scope:
        rules = AT_THE_TABLE
        fixed = ("meeting", "arrangement_id")
        bound = {"meeting": ("arrangement_id",)}
        logs_reads = False

    class Meta:
        verbose_name = _("action point")
        verbose_name_plural = _("action points")
        ordering = ("due_on", "created_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_note="") | Q(done_on__isnull=False),
                name="actionpoint_note_when_done",
                violation_error_message=_("Give the date on which it was done."),
            ),
            models.CheckConstraint(
                condition=~Q(owner=""),
                name="actionpoint_has_an_owner",
                violation_error_message=_("Say who will do it."),
            ),
        ]

    def __str__(self):
        return self.owner
