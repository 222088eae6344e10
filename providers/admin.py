"""Providers and arrangements in the administration: reference data only."""

from django import forms
from django.contrib import admin

from providers import actions
from providers.models import (
    Arrangement,
    ParticipatingMunicipality,
    Participation,
    Posting,
    Provider,
    Weekday,
    Worker,
)
from schools.admin import ReferenceAdmin


@admin.register(Provider)
class ProviderAdmin(ReferenceAdmin):
    list_display = ("name", "kind")
    list_filter = ("kind",)
    search_fields = ("name",)
    fields = ("name", "kind")

    def save_model(self, request, obj, form, change):
        """A new provider gets its organisation; a changed one gives it its name."""
        if change:
            actions.change_provider(request.actor, provider=obj)
            return
        provider = actions.register_provider(request.actor, name=obj.name, kind=obj.kind)
        obj.organisation = provider.organisation
        obj.pk = provider.pk


@admin.register(Worker)
class WorkerAdmin(ReferenceAdmin):
    list_display = ("name", "provider", "function", "hours_per_week")
    list_filter = ("provider",)
    search_fields = ("name", "function")
    autocomplete_fields = ("provider", "user")


class PostingForm(forms.ModelForm):
    """Days as boxes instead of numbers with commas."""

    weekdays = forms.TypedMultipleChoiceField(
        label=Posting._meta.get_field("weekdays").verbose_name,
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Posting
        fields = (
            "worker",
            "site",
            "weekdays",
            "start_time",
            "end_time",
            "room",
            "valid_from",
            "valid_until",
        )


@admin.register(Posting)
class PostingAdmin(ReferenceAdmin):
    form = PostingForm
    list_display = ("worker", "site", "start_time", "end_time", "valid_from", "valid_until")
    autocomplete_fields = ("worker", "site")


@admin.register(Arrangement)
class ArrangementAdmin(ReferenceAdmin):
    list_display = ("name", "valid_from", "valid_until")
    search_fields = ("name",)


@admin.register(ParticipatingMunicipality)
class ParticipatingMunicipalityAdmin(ReferenceAdmin):
    list_display = ("municipality", "arrangement", "valid_from", "valid_until")
    autocomplete_fields = ("municipality", "arrangement")


@admin.register(Participation)
class ParticipationAdmin(ReferenceAdmin):
    list_display = ("site", "provider", "arrangement", "valid_from", "valid_until")
    list_filter = ("arrangement", "provider")
    autocomplete_fields = ("site", "provider", "arrangement")
