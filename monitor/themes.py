"""What figures are about, in the order in which they are shown: the agenda of the meeting."""

from django.utils.translation import gettext_lazy as _

THEMES = {
    "attendance": _("At school"),
    "flow": _("Moving between kinds of school"),
    "access": _("Access and waiting"),
    "use": _("Use of help"),
    "money": _("Money"),
    "satisfaction": _("Satisfaction"),
}
