"""The public register: municipalities, boards, schools, sites, holidays. No persons."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oja.access.scoping import open_model
from oja.core.models import BaseModel
from schools.models.dated import end_after_start

PUBLIC_REGISTER = "public register"


class SchoolType(models.TextChoices):
    """Kinds of education in own short codes, as used in the field."""

    BAO = "bao", _("primary school")
    SBO = "sbo", _("special primary school")
    SO = "so", _("special education")
    VSO = "vso", _("special secondary education")
    SO_VSO = "so_vso", _("special primary and secondary education")
    PRO = "pro", _("practical education")
    VO = "vo", _("secondary school")


class HolidayRegion(models.TextChoices):
    NORTH = "NOORD", _("North")
    MIDDLE = "MIDDEN", _("Middle")
    SOUTH = "ZUID", _("South")


class Municipality(BaseModel):
    code = models.CharField(_("code"), max_length=4, unique=True)
    name = models.CharField(_("name"), max_length=80)
    # For whom its advisers work; without one nobody of this municipality has an account.
    organisation = models.OneToOneField(
        "access.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="municipality",
        verbose_name=_("organisation"),
    )

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{4}$"),
                name="municipality_code_is_four_digits",
                violation_error_message=_("The code of a municipality has four digits."),
            )
        ]

    def __str__(self):
        return self.name


class SchoolBoard(BaseModel):
    number = models.CharField(_("number"), max_length=5, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("school board")
        verbose_name_plural = _("school boards")
        ordering = ("number",)
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{5}$"),
                name="board_number_is_five_digits",
                violation_error_message=_("The number of a school board has five digits."),
            )
        ]

    def __str__(self):
        return self.name or self.number


class School(BaseModel):
    """What the state knows as one institution; it may have several sites."""

    brin = models.CharField("BRIN", max_length=4, unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                condition=Q(brin__regex=r"^[0-9]{2}[A-Z]{2}$"),
                name="school_brin_is_two_digits_two_letters",
                violation_error_message=_("A BRIN has two digits and two capital letters."),
            )
        ]

    def __str__(self):
        return self.name


class SchoolSiteQuerySet(models.QuerySet):
    def present(self):
        """Sites that still stand in the register they came from."""
        return self.filter(gone_on__isnull=True)

    def for_list(self):
        return self.select_related("municipality", "board")


class SchoolSite(models.Model):
    """A school building with its own code; its key is the key of its organisation."""

    class Source(models.TextChoices):
        DUO = "duo", "DUO"
        MANUAL = "manual", _("by hand")

    organisation = models.OneToOneField(
        "access.Organisation",
        on_delete=models.PROTECT,
        primary_key=True,
        db_column="id",
        related_name="school_site",
        verbose_name=_("organisation"),
    )
    code = models.CharField(_("site code"), max_length=6, unique=True, null=True, blank=True)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sites",
        verbose_name=_("school"),
    )
    # On the site and not on the school: the register gives it per site, and sites change board.
    board = models.ForeignKey(
        SchoolBoard,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sites",
        verbose_name=_("school board"),
    )
    name = models.CharField(_("name"), max_length=200)
    school_type = models.CharField(
        _("kind of school"), max_length=8, choices=SchoolType, default=SchoolType.BAO
    )
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        related_name="sites",
        verbose_name=_("municipality"),
    )
    street = models.CharField(_("street"), max_length=100, blank=True)
    house_number = models.CharField(_("house number"), max_length=20, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    denomination = models.CharField(_("denomination"), max_length=80, blank=True)
    holiday_region = models.CharField(
        _("holiday region"), max_length=8, choices=HolidayRegion, blank=True
    )
    gone_on = models.DateField(_("no longer in the register since"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=8, choices=Source, default=Source.MANUAL)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = SchoolSiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ("name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__isnull=True) | Q(code__regex=r"^[0-9]{2}[A-Z]{2}[0-9A-Z]{2}$"),
                name="site_code_is_brin_and_two",
                violation_error_message=_("A site code is a BRIN and two more characters: 00AB00."),
            ),
            models.CheckConstraint(
                condition=~Q(source="duo") | Q(code__isnull=False),
                name="site_from_duo_has_code",
                violation_error_message=_("A site that comes from DUO has a site code."),
            ),
        ]
        indexes = [
            # The import asks for every site of one source and kind that is not gone.
            models.Index(fields=["source", "school_type"], name="site_source_type"),
        ]

    def __str__(self):
        return self.name

    @property
    def address(self):
        """Street, number, postal code and city on one line; empty parts are left out."""
        street = f"{self.street} {self.house_number}".strip()
        place = f"{self.postal_code} {self.city}".strip()
        return ", ".join(part for part in (street, place) if part)


class SiteChange(BaseModel):
    """What changed in the register, with the date: boards, names and addresses do change."""

    site = models.ForeignKey(
        SchoolSite, on_delete=models.PROTECT, related_name="changes", verbose_name=_("site")
    )
    field = models.CharField(_("field"), max_length=40)
    old = models.CharField(_("before"), max_length=200, blank=True)
    new = models.CharField(_("after"), max_length=200, blank=True)
    on = models.DateField(_("on"))
    source = models.CharField(
        _("source"),
        max_length=8,
        choices=SchoolSite.Source,
        default=SchoolSite.Source.MANUAL,
    )

    class Meta:
        verbose_name = _("change of a site")
        verbose_name_plural = _("changes of sites")
        ordering = ("-on", "field")
        constraints = [
            models.CheckConstraint(
                condition=~Q(old=F("new")),
                name="sitechange_changes_something",
                violation_error_message=_("Before and after are the same."),
            )
        ]

    def __str__(self):
        return f"{self.field}: {self.old} → {self.new}"


class ImportRun(BaseModel):
    """That a file was read, with the outcome; the report is kept as it was shown."""

    kind = models.CharField(_("kind"), max_length=20)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("checksum"), max_length=64)
    on = models.DateField(_("on"))
    actor_label = models.CharField(_("by"), max_length=200, blank=True)
    report = models.JSONField(_("report"), default=dict)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-created_at",)

    def __str__(self):
        return f"{self.kind} {self.on:%Y-%m-%d}"


class Holiday(BaseModel):
    """A school holiday of a region: first day and first school day after it."""

    region = models.CharField(_("holiday region"), max_length=8, choices=HolidayRegion)
    name = models.CharField(_("name"), max_length=60)
    start = models.DateField(_("start"))
    end = models.DateField(_("end"))

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ("region", "start")
        constraints = [
            end_after_start("holiday_end_after_start", "start", "end"),
            models.UniqueConstraint(
                fields=["region", "start"],
                name="holiday_one_per_region_and_start",
                violation_error_message=_("This region already has a holiday from that day."),
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.get_region_display()})"


for _model in (
    "Municipality",
    "SchoolBoard",
    "School",
    "SchoolSite",
    "SiteChange",
    "ImportRun",
    "Holiday",
):
    open_model(f"schools.{_model}", PUBLIC_REGISTER)
