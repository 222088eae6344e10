"""Every write to the register and to the record of a pupil. Actor first, dates as arguments."""

from schools.actions.attendance import (
    SPELL_FIELDS,
    correct_spell,
    end_spell,
    record_spell,
    record_spells_many,
    record_step,
)
from schools.actions.base import require, store
from schools.actions.enrolments import (
    ENROLMENT_FIELDS,
    change_enrolment,
    end_enrolment,
    end_enrolments_many,
    enrol,
    enrol_again,
)
from schools.actions.pupils import (
    GUARDIAN_FIELDS,
    PUPIL_FIELDS,
    add_guardian,
    add_pupil,
    add_pupils,
    change_guardian,
    change_pupil,
    change_pupils,
    set_residence,
)
from schools.actions.register import (
    SITE_HISTORY,
    add_group,
    assign_teacher,
    change_site,
    group_of_name,
    register_municipality,
    register_site,
    save_reference,
)

__all__ = [
    "ENROLMENT_FIELDS",
    "GUARDIAN_FIELDS",
    "PUPIL_FIELDS",
    "SITE_HISTORY",
    "SPELL_FIELDS",
    "add_group",
    "add_guardian",
    "add_pupil",
    "add_pupils",
    "assign_teacher",
    "change_enrolment",
    "change_guardian",
    "change_pupil",
    "change_pupils",
    "change_site",
    "correct_spell",
    "end_enrolment",
    "end_enrolments_many",
    "end_spell",
    "enrol",
    "enrol_again",
    "group_of_name",
    "record_spell",
    "record_spells_many",
    "record_step",
    "register_municipality",
    "register_site",
    "require",
    "save_reference",
    "set_residence",
    "store",
]
