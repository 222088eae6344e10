"""What a report of an import has to tell besides its numbers, in sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schools.pupil_import import columns


def sentences(report):
    """Everything that was left out or needs a look, one sentence each. `report` is plain data."""
    left_out = report["left_out"]
    found = []
    if left_out.get("bsn"):
        found.append(_("The BSN was not read and is not kept (%s).") % ", ".join(left_out["bsn"]))
    if left_out.get("unneeded"):
        found.append(
            _("Not read, because we do not need it: %s.") % ", ".join(left_out["unneeded"])
        )
    if columns.are_about_parents(left_out.get("unneeded", ())):
        found.append(
            _("Parents were not read, for no list says reliably who has custody. See the card.")
        )
    found += report["notes"]
    if report["new_groups"]:
        found.append(_("New groups: %s.") % ", ".join(report["new_groups"]))
    if report["gone"]:
        found.append(
            ngettext(
                "%d pupil of this school is not in the file. Nothing happens to this pupil.",
                "%d pupils of this school are not in the file. Nothing happens to them.",
                report["gone"],
            )
            % report["gone"]
        )
    found += [
        _("line %(line)d: %(reason)s") % {"line": line, "reason": text}
        for line, text in report["remarks"]
    ]
    return found
