"""What every action of schools shares beside oja.access.writing: own site, setting fields."""

from oja.access import writing
from oja.access.permissions import Permission
from oja.access.writing import require, store, text
from oja.core.text import clean_text
from oja.core.workflow import NotVisible

__all__ = ["fill", "locked", "only", "own_site", "require", "store"]


def own_site(actor, site_id):
    """Refuse a site where the actor is no coordinator; the system may write everywhere."""
    require(actor, Permission.PUPIL_CHANGE)
    if actor.kind != "system" and site_id not in actor.ids("school_coordinator", "sites"):
        raise NotVisible


def locked(actor, row):
    """The row as it is now, locked, for whoever may change the record of a pupil."""
    require(actor, Permission.PUPIL_CHANGE)
    return writing.locked(actor, row)


# Fields in which nine digits are something else.
UNMASKED = {"phone", "email"}


def fill(row, values):
    """Set fields on the row; text loses NUL and what looks like a citizen service number."""
    for name, value in values.items():
        if isinstance(value, str):
            value = clean_text(value).strip() if name in UNMASKED else text(value)
        setattr(row, name, value)
    return row


def only(fields, names):
    """The fields, when all of them may be set here; TypeError otherwise."""
    unknown = fields.keys() - set(names)
    if unknown:
        raise TypeError(f"not to be set here: {', '.join(sorted(unknown))}")
    return fields
