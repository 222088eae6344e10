"""Accounts, organisations and memberships, for administrators. Nothing here is about a child."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from oja.access import actions
from oja.access.models import Membership, Organisation, User
from oja.access.permissions import ROLES, Role


class UserForm(forms.ModelForm):
    """An account; its password is set by its owner, through the mail."""

    class Meta:
        model = User
        fields = ("email", "name", "is_active", "is_staff")

    def clean_email(self):
        """Addresses are kept in lower case."""
        return self.cleaned_data["email"].lower()


class MembershipForm(forms.ModelForm):
    """A role in an organisation; says what the database would refuse."""

    class Meta:
        model = Membership
        fields = ("user", "role", "organisation", "valid_from", "valid_until")

    def clean(self):
        """The two rules over memberships."""
        data = super().clean()
        if self.errors:
            return data
        if ROLES[Role(data["role"])].organisation != data["organisation"].kind:
            raise ValidationError(actions.REFUSED["membership_fits_the_organisation"])
        actions.refuse_adviser_who_sees_children(
            data["user"],
            data["role"],
            data["valid_from"],
            data["valid_until"],
            besides=self.instance.pk,
        )
        return data


class _NeverDeleted(admin.ModelAdmin):
    def has_delete_permission(self, request, obj=None):
        """Nothing here is deleted: it ends, or is switched off."""
        return False

    def save_model(self, request, obj, form, change):
        """Save, and leave the event that an action would leave."""
        super().save_model(request, obj, form, change)
        actions.note_change(request.actor, obj, form.changed_data)


@admin.register(User)
class UserAdmin(_NeverDeleted):
    """Accounts."""

    form = UserForm
    list_display = ("name", "email", "is_active")
    search_fields = ("name", "email")
    list_filter = ("is_active",)

    def lookup_allowed(self, lookup, value, request=None):
        """Not by the password: "starts with" would give its hash away letter by letter."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def save_model(self, request, obj, form, change):
        """A new account has no password until its owner sets one."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


@admin.register(Organisation)
class OrganisationAdmin(_NeverDeleted):
    """Organisations that people work for."""

    fields = ("kind", "name")
    list_display = ("name", "kind")
    list_filter = ("kind",)
    search_fields = ("name",)


@admin.register(Membership)
class MembershipAdmin(_NeverDeleted):
    """Who holds which role where, and when."""

    form = MembershipForm
    list_display = ("user", "role", "organisation", "valid_from", "valid_until")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__name", "user__email", "organisation__name")
    autocomplete_fields = ("user", "organisation")
