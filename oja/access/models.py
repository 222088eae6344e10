"""Who may be here: accounts, organisations, dated memberships, one-time links; and who looked.

None of these tables holds a child. Their row security is written by hand in the migrations,
because it must work before anybody is known (log-in) and because the identity functions read
them; everything else derives it from `Scope`.
"""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.core.models import BaseModel


class UserManager(BaseUserManager):
    """Makes accounts; an address is kept in lower case."""

    def create_user(self, email, password=None, name="", **fields):
        """A new account; without a password it cannot log in until one is set by mail."""
        user = self.model(email=email.strip().lower(), name=name, **fields)
        user.set_password(password)
        user.save(force_insert=True, using=self._db)
        return user


class User(AbstractBaseUser):
    """A professional with an account; logs in with the mail address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_active = models.BooleanField(
        _("may log in"), default=True, help_text=_("Switch off instead of deleting the account.")
    )
    is_staff = models.BooleanField(_("may open the administration pages"), default=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ("name",)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ("name", "email")
        constraints = (
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="user_email_is_lower_case",
                violation_error_message=_("Write the e-mail address in lower case."),
            ),
        )

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        """The name that pages show."""
        return str(self)

    get_short_name = get_full_name

    # Asked by the administration pages only, behind the door of `oja.access.admin_site`: whoever
    # got in may change what they show. Row security asks for the role of administrator besides.
    def has_perm(self, perm, obj=None):
        """Whether an administration page may be used."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label):
        """Whether an administration section is shown."""
        return self.is_active and self.is_staff


class Organisation(BaseModel):
    """Something that people work for: a school site, a provider, a municipality …"""

    class Kind(models.TextChoices):
        """What sort of organisation it is."""

        SITE = "site", _("School site")
        PROVIDER = "provider", _("Provider")
        MUNICIPALITY = "municipality", _("Municipality")
        PARTNERSHIP = "partnership", _("School partnership")
        PLATFORM = "platform", _("Administration of this application")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name", "id")

    def __str__(self):
        return self.name


class MembershipQuerySet(models.QuerySet):
    """Memberships by date."""

    def valid(self, on):
        """Those that hold on the date; the end date itself is outside."""
        return self.filter(valid_from__lte=on).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=on)
        )


class Membership(BaseModel):
    """That a person holds a role in an organisation, from a date up to (not including) another."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The first day without this role.")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("valid_from", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="membership_ends_after_it_starts",
                violation_error_message=_("The end lies before the start."),
            ),
            models.UniqueConstraint(
                fields=("user", "role", "organisation"),
                condition=Q(valid_until__isnull=True),
                name="membership_once_while_it_is_open",
                violation_error_message=_("This person already has this role there."),
            ),
        )

    def __str__(self):
        return f"{self.get_role_display()} · {self.organisation}"


class OneTimeLink(BaseModel):
    """A way in for one question to one person without an account, such as a parent.

    The code in the address is stored as a hash only. Opening it does not use it up; answering
    does. Where a birth date is asked, five wrong dates close the link.
    """

    token_hash = models.CharField(max_length=64, unique=True)  # sha256 of the code, hexadecimal
    purpose = models.CharField(_("purpose"), max_length=40)
    # No foreign key: this floor does not know what is asked about.
    target_id = models.UUIDField()
    subject_label = models.CharField(_("meant for"), max_length=200, blank=True)
    expires_on = models.DateField(_("valid until"))  # the first day on which it no longer works
    # sha256 of salt and birth date; empty when no birth date is asked.
    birth_salt = models.CharField(max_length=32, blank=True)
    birth_hash = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(_("wrong birth dates"), default=0)
    opened_at = models.DateTimeField(_("opened at"), null=True)
    used_at = models.DateTimeField(_("answered at"), null=True)
    revoked_at = models.DateTimeField(_("withdrawn at"), null=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("one-time link")
        verbose_name_plural = _("one-time links")

    def __str__(self):
        return f"{self.purpose} · {self.subject_label}"

    def is_valid(self, on):
        """Whether its holder may still read, on the date, what it asks or what was answered."""
        return self.revoked_at is None and self.attempts < MAX_ATTEMPTS and on < self.expires_on

    def is_open(self, on):
        """Whether it can still be answered on the date."""
        return self.used_at is None and self.is_valid(on)


#: So many wrong birth dates close a link; `oja.check_link` says the same.
MAX_ATTEMPTS = 5


class ReadLog(models.Model):
    """Who looked at what, and what was refused. Only ever added to.

    No foreign keys: a line outlives the rows it names, and names may be gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("moment"), default=timezone.now)
    user_id = models.UUIDField(_("account"), null=True)
    role = models.CharField(_("role"), max_length=120, blank=True)
    organisation_id = models.UUIDField(_("organisation"), null=True)
    subjects = ArrayField(models.UUIDField(), verbose_name=_("persons concerned"), default=list)
    object_type = models.CharField(_("kind of object"), max_length=80)
    object_id = models.UUIDField(_("object"), null=True)
    action = models.CharField(_("action"), max_length=40)
    ground = models.CharField(_("ground"), max_length=200, blank=True)
    result = models.CharField(_("result"), max_length=20)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("line of the read log")
        verbose_name_plural = _("read log")
        indexes = (
            # "Who looked at the file of this child": the question of the family.
            models.Index(fields=("object_id", "at"), name="readlog_of_an_object"),
        )

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_type} {self.result}"


class AccessEvent(BaseModel):
    """A change of who may do what: a role given or ended, a link withdrawn. Only ever added to."""

    at = models.DateTimeField(_("moment"), default=timezone.now)
    actor_id = models.UUIDField(_("actor"), null=True)
    actor_label = models.CharField(_("done by"), max_length=200)
    what = models.CharField(_("what"), max_length=40)
    about_id = models.UUIDField(_("about"))
    data = models.JSONField(_("what was set"), default=dict)

    class Meta:
        verbose_name = _("change of access")
        verbose_name_plural = _("changes of access")
        ordering = ("at",)

    def __str__(self):
        return f"{self.what} · {self.actor_label}"
