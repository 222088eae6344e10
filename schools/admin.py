"""The register in the administration: reference data only, no pupils."""

from django.contrib import admin

from oja.core import periods
from schools import actions
from schools.models import (
    Holiday,
    ImportRun,
    Municipality,
    School,
    SchoolBoard,
    SchoolSite,
    SiteChange,
)


class ReferenceAdmin(admin.ModelAdmin):
    """Codes and registers end, they are never deleted; every change goes through an action."""

    def has_delete_permission(self, request, obj=None):
        """Other rows point at it: give it an end instead."""
        return False

    def lookup_allowed(self, lookup, value, request=None):
        """Django refuses a filter on a provider, because its key is an organisation."""
        filtered = lookup.split("__organisation__")[0]
        return filtered in self.list_filter or super().lookup_allowed(lookup, value, request)

    def save_model(self, request, obj, form, change):
        """Store as the administrator who is signed in."""
        actions.save_reference(request.actor, row=obj)


class ReadOnlyAdmin(ReferenceAdmin):
    """What only the application writes."""

    def has_add_permission(self, request, obj=None):
        """Made by the application."""
        return False

    def has_change_permission(self, request, obj=None):
        """History does not change."""
        return False


@admin.register(Municipality)
class MunicipalityAdmin(ReferenceAdmin):
    list_display = ("name", "code")
    search_fields = ("name", "code")


@admin.register(SchoolBoard)
class SchoolBoardAdmin(ReferenceAdmin):
    list_display = ("number", "name")
    search_fields = ("number", "name")


@admin.register(School)
class SchoolAdmin(ReferenceAdmin):
    list_display = ("name", "brin")
    search_fields = ("name", "brin")


class SiteChangeInline(admin.TabularInline):
    model = SiteChange
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        """History is written by actions."""
        return False

    def has_change_permission(self, request, obj=None):
        """History does not change."""
        return False


@admin.register(SchoolSite)
class SchoolSiteAdmin(ReferenceAdmin):
    list_display = ("name", "code", "city", "school_type", "gone_on", "source")
    list_filter = ("school_type", "source", ("gone_on", admin.EmptyFieldListFilter))
    search_fields = ("name", "code", "city")
    autocomplete_fields = ("school", "board", "municipality")
    exclude = ("organisation",)
    readonly_fields = ("source",)
    inlines = (SiteChangeInline,)

    def save_model(self, request, obj, form, change):
        """A new site gets its organisation; a changed one keeps its history."""
        values = {name: form.cleaned_data[name] for name in form.cleaned_data}
        if change:
            actions.change_site(request.actor, site=obj, on=periods.today(), **values)
            return
        site = actions.register_site(request.actor, **values)
        obj.organisation = site.organisation
        obj.pk = site.pk


@admin.register(Holiday)
class HolidayAdmin(ReferenceAdmin):
    list_display = ("name", "region", "start", "end")
    list_filter = ("region",)


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ("kind", "on", "file_name", "actor_label")
