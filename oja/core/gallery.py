"""Invented examples for the gallery of components. No real person, no database."""

import datetime

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from oja.core.fields import DutchDateField
from oja.core.widgets import OptionBoxes, RadioBoxes, ScoreButtons, Segments

COLOURS = (
    ("ink", "ink-2", "ink-3", "line-strong", "line", "sunken", "paper", "card"),
    ("brand-900", "brand-700", "brand-600", "brand-500", "brand-100", "brand-50", "focus"),
    ("att-700", "att-500", "att-100", "crit-700", "crit-100", "ok-700", "ok-100", "info-700"),
    ("d1", "d2", "d3", "d4", "d5", "d6"),
)
TODAY = datetime.date(2026, 11, 17)


class ExampleForm(forms.Form):
    """Every kind of field."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["spoken_with"] = forms.MultipleChoiceField(
            label=_("Whom did you speak with?"),
            choices=[("m", _("Mother")), ("f", _("Father")), ("p", _("Pupil"))],
            widget=OptionBoxes,
        )
        self.fields["spoken_on"] = DutchDateField(
            label=_("When?"),
            today=TODAY,
            prefer="past",
            quick=[("vandaag", _("Today")), ("gisteren", _("Yesterday, 16 November"))],
        )
        self.fields["topics"] = forms.MultipleChoiceField(
            label=_("What is it about?"),
            help_text=_("Choose one to three"),
            choices=[
                (str(number), word)
                for number, word in enumerate(
                    (
                        _("Anxious or gloomy"),
                        _("Going to school"),
                        _("Behaviour"),
                        _("Friends and feelings"),
                        _("Grief"),
                        _("Divorce"),
                        _("Parenting"),
                        _("Sleep"),
                        _("Stimuli and contact"),
                    )
                )
            ],
            widget=OptionBoxes(visible=7),
        )
        self.fields["question"] = forms.CharField(
            label=_("What is going on at school?"),
            help_text=_("Write what you see and what you want to reach. No diagnosis."),
            widget=forms.Textarea(
                attrs={
                    "rows": 3,
                    "maxlength": 600,
                    "data-audience": _("Visible to: parents, Noor, Vlechtwerk"),
                }
            ),
        )
        self.fields["urgency"] = forms.ChoiceField(
            label=_("How soon is help needed?"),
            choices=[
                ("normal", _("Normal: discuss on 19 November")),
                ("urgent", _("Urgent: within 2 days")),
            ],
            widget=RadioBoxes,
        )
        self.fields["consent"] = forms.ChoiceField(
            label=_("Does the mother agree?"),
            choices=[
                ("talk", _("Yes, in a talk")),
                ("link", _("Send a link")),
                ("no", _("No")),
            ],
            widget=Segments(icons={"talk": "check", "link": "send"}),
        )
        self.fields["place"] = forms.ChoiceField(
            label=_("Where?"),
            choices=[
                ("school", _("School")),
                ("home", _("At home")),
                ("after", _("After school")),
                ("online", _("Online")),
            ],
            widget=RadioBoxes(
                shape="tiles",
                icons={"school": "school", "home": "house", "after": "sun", "online": "video"},
            ),
        )
        self.fields["score"] = forms.TypedChoiceField(
            label=_("How is it going now?"),
            coerce=int,
            choices=[(str(score), str(score)) for score in range(11)],
            widget=ScoreButtons(ends=(_("not at all"), _("very well"))),
        )
        self.fields["owner"] = forms.ChoiceField(
            label=_("Coordinator of the help"),
            choices=[("", _("Choose a name")), ("b", "Bas Wolters"), ("s", "Sanne Bos")],
        )
        self.fields["amount"] = forms.CharField(
            label=_("Highest amount"),
            required=False,
            widget=forms.TextInput(
                attrs={"data-prefix": "€", "data-suffix": _("per hour"), "data-size": "short"}
            ),
        )
        self.fields["held_on"] = DutchDateField(
            label=_("When was the talk?"),
            help_text=_("For example 16-11-2026, gisteren or ma"),
            today=TODAY,
        )
        self.fields["agreed"] = forms.BooleanField(
            label=_("The parents know that they may choose another provider"), required=False
        )


def filled_form():
    """An answered form without errors."""
    return ExampleForm(
        initial={
            "spoken_with": ["m", "p"],
            "spoken_on": TODAY - datetime.timedelta(days=1),
            "topics": ["0", "1"],
            "question": _("Noor is often sick on Mondays and does not want to go in."),
            "urgency": "normal",
            "consent": "talk",
            "place": "school",
            "score": "6",
            "held_on": TODAY,
        }
    )


def wrong_form():
    """A form that came back with two errors."""
    form = ExampleForm({"fout-held_on": "31-11-2026"}, prefix="fout")
    for name in set(form.fields) - {"spoken_with", "held_on"}:
        del form.fields[name]
    form.is_valid()
    return form


def filters():
    """A filter form."""

    class Filters(forms.Form):
        q = forms.CharField(label=_("Search"), required=False)
        site = forms.ChoiceField(label=_("School"), choices=[("", _("2 schools"))], required=False)
        state = forms.ChoiceField(
            label=_("Where is it now?"), choices=[("", _("All open"))], required=False
        )
        waits = forms.ChoiceField(
            label=_("Waits longer than"), choices=[("", _("10 school days"))], required=False
        )
        topic = forms.ChoiceField(label=_("Topic"), choices=[("", _("All"))], required=False)

    return Filters(prefix="filter")


def context():
    """What the gallery shows."""
    pages = Paginator(range(340), 25)
    return {
        "colours": COLOURS,
        "form_filled": filled_form(),
        "form_wrong": wrong_form(),
        "filters": filters(),
        "page": pages.page(2),
        "sizes": [
            {"label": "25", "current": True},
            {"label": "50", "url": "?"},
            {"label": "100", "url": "?"},
        ],
        "trajectory_steps": [
            {"label": _("Request for help"), "state": "done", "note": "24 aug"},
            {"label": _("Support team"), "state": "done", "note": "3 sep"},
            {"label": _("Intake"), "state": "done", "note": "8 sep"},
            {"label": _("Plan"), "state": "done", "note": "22 sep"},
            {"label": _("Help is running"), "state": "now", "note": _("since 29 Sep · week 8")},
            {"label": _("Evaluation"), "state": "next", "note": _("before 18 Dec")},
            {"label": _("Closing"), "state": "next"},
            {"label": _("Aftercare"), "state": "next"},
        ],
        "consents": [
            {
                "label": _("Help"),
                "state": "valid",
                "text": _("Amira and both parents"),
                "url": "#h-lijn",
            },
            {
                "label": _("Sharing with school"),
                "state": "asked",
                "text": _("Asked on 12 November"),
                "url": "#h-lijn",
            },
            {
                "label": _("Others in the group"),
                "state": "missing",
                "text": _("Father is missing · ask now"),
                "url": "#h-lijn",
            },
            {"label": _("Third-party care"), "state": "none", "text": _("not asked")},
            {
                "label": _("Questionnaire"),
                "state": "disputed",
                "text": _("Parents disagree"),
                "url": "#h-lijn",
            },
        ],
        "guards": [
            {"met": True, "label": _("Consent for help, parents and Amira")},
            {"met": True, "label": _("At least one goal and a date of evaluation")},
            {
                "met": False,
                "label": _("Agreement of father on the plan"),
                "text": _("Karim Haddad got a link on 12 November."),
                "links": [
                    (_("Send a reminder"), "#h-toestanden"),
                    (_("record agreement from a talk"), "#h-toestanden"),
                ],
            },
            {
                "met": False,
                "label": _("Part for at home"),
                "text": _("Fill it in or choose 'not needed'."),
                "url": "#h-toestanden",
                "url_label": _("To the plan"),
            },
        ],
        "conflict": [
            {
                "name": "plan",
                "label": _("Plan for Monday"),
                "theirs": _("Amira wants to go in by herself on Monday."),
                "mine": _("Amira wants a small task from the teacher on Monday."),
            }
        ],
        "parents": [
            {
                "name": "Ingrid Kamphuis",
                "role": _("mother"),
                "text": _("agreed by link, 12 November"),
                "state": "given",
            },
            {
                "name": "Roel Kamphuis",
                "role": _("father"),
                "text": _("link opened on 15 November, no answer yet"),
                "state": "open",
            },
        ],
        "school_answers": [
            {
                "name": "Anna de Vries",
                "role": "De Wissel",
                "text": _("agreed with a remark, 17 November"),
                "state": "given",
            }
        ],
        "proposal": [
            (_("Goal of the plan"), _("Lotte can go upstairs alone and sleeps in her own bed")),
            (
                _("Size"),
                _("12 times 60 minutes, from 1 December 2026 up to and including 31 March 2027"),
            ),
            (_("Highest amount"), "€ 1.740"),
            (_("Remark"), ""),
        ],
        "parts": [
            {"label": _("Overview"), "url": "#h-lijn", "current": True},
            {"label": _("Plan and goals"), "url": "#h-lijn"},
            {"label": _("Contacts"), "url": "#h-lijn", "count": 11},
            {"label": _("Consent"), "url": "#h-lijn", "count": 1, "waits": True},
        ],
        "views": [
            {"label": _("All"), "url": "#h-lijn", "current": True},
            {"label": _("Contacts"), "url": "#h-lijn"},
            {"label": _("Plan"), "url": "#h-lijn"},
            {"label": _("Consent"), "url": "#h-lijn"},
        ],
        "chips": [
            {"label": _("School: De Wissel"), "url": "#h-lijsten"},
            {"label": _("Waits longer than 10 school days"), "url": "#h-lijsten"},
        ],
        "requests": [
            {
                "name": "Lars Nijland",
                "group": _("group 5"),
                "done": 3,
                "state": _("Intake planned"),
                "days": 19,
                "late": True,
                "next": _("Intake on 20 November"),
            },
            {
                "name": "Mila Schuurman",
                "group": _("group 7"),
                "done": 2,
                "state": _("Accepted"),
                "days": 17,
                "late": True,
                "next": _("Assign"),
            },
            {
                "name": "Danylo Kovalenko",
                "group": _("group 8"),
                "done": 4,
                "state": _("Plan in the making"),
                "days": 16,
                "late": False,
                "next": _("Plan ready before 11 December"),
            },
        ],
        "norm_words": _("Last year 64%. Norm 80%."),
        "money": [
            {"kind": _("Residence and 24 hours"), "planned": 350, "spent": 230},
            {
                "kind": _("Third-party care, bought by ourselves"),
                "planned": 420,
                "spent": 331,
                "dots": True,
            },
            {"kind": _("Individual and family"), "planned": 560, "spent": 438},
            {"kind": _("Groups and prevention"), "planned": 180, "spent": 132},
        ],
    }
