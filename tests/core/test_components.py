"""Components: what they draw, for eyes and for readers, and that they escape what they get."""

import datetime

import html5lib
import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from oja.access.actor import Actor
from oja.core import gallery
from oja.core.templatetags.ui.frame import split_messages
from oja.core.templatetags.ui.people import letters

BAD = "<script>alert(1)</script>"


def draw(source, **context):
    """The HTML of a piece of template."""
    return Template(source).render(Context(context))


def parse(html):
    """The tree of a fragment."""
    return plain(html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False))


def plain(tree):
    """The tree with "svg" for the full name of SVG's elements."""
    for element in tree.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return tree


def words(element):
    """All text of an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def one(html, path):
    """The only element on ``path``."""
    found = parse(html).findall(path)
    assert len(found) == 1, f"{len(found)} × {path} in {html}"
    return found[0]


# --- words, buttons, guards -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["ok", "info", "att", "crit", "neutral", "line", "outside", "frozen"]
)
def test_tag_has_an_icon_and_a_word(kind):
    html = draw('{% tag "Wacht op vader" kind=kind %}', kind=kind)
    assert words(parse(html)) == "Wacht op vader"
    assert one(html, ".//use").get("href")


def test_tag_outside_the_school_is_the_only_one_with_dots():
    assert "tag-outside" in draw('{% tag "Buiten de school" kind="outside" %}')


def test_counter_draws_nothing_for_nothing():
    assert draw("{% counter 0 %}") == ""
    html = draw('{% counter 3 kind="att" label="wacht op jou" %}')
    assert words(parse(html)) == "3 wacht op jou"


def test_icon_is_hidden_unless_it_has_a_name():
    assert one(draw('{% icon "check" %}'), ".//svg").get("aria-hidden") == "true"
    named = one(draw('{% icon "x" label="Sluiten" %}'), ".//svg")
    assert (named.get("role"), named.get("aria-label")) == ("img", "Sluiten")


def test_button_is_a_link_with_an_address_and_a_button_without():
    link = one(draw('{% button "Openen" url="/x/" kind="primary" %}'), ".//a")
    assert link.get("href") == "/x/"
    assert "utrecht-button--primary-action" in link.get("class")
    button = one(draw('{% button "Opslaan" name="stap" value="klaar" %}'), ".//button")
    assert (button.get("type"), button.get("name"), button.get("value")) == (
        "submit",
        "stap",
        "klaar",
    )


def test_guarded_button_can_be_reached_and_points_to_the_reasons():
    link = one(draw('{% button "Hulp starten" guarded_by="slot" %}'), ".//a")
    assert link.get("href") == "#slot"
    assert link.get("aria-disabled") == "true"
    assert link.get("aria-describedby") == "slot"


def test_busy_button_says_so_and_keeps_its_place():
    button = one(draw('{% button "Opslaan" busy=True busy_label="Bezig" %}'), ".//button")
    assert button.get("aria-disabled") == "true"
    assert words(button) == "Bezig"
    assert button.get("disabled") is None, "a disabled button loses the focus"


def test_post_button_posts_with_token_and_fields():
    html = draw('{% post_button "Herinneren" "/x/" next="/y/" %}', csrf_token="geheim")
    form = one(html, ".//form")
    assert (form.get("method"), form.get("action")) == ("post", "/x/")
    fields = {field.get("name"): field.get("value") for field in form.findall(".//input")}
    assert fields == {"csrfmiddlewaretoken": "geheim", "next": "/y/"}


def test_guard_list_tells_what_who_and_what_to_do():
    class Refusal:
        sentence = "Vader heeft nog geen toestemming gegeven"
        who = "Karim Haddad"
        since = datetime.date(2026, 11, 12)
        url = "/link/"
        url_label = "Link sturen"

    items = [{"met": True, "label": "Er is een plan"}, Refusal()]
    html = draw('{% guard_list items title="Kan nog niet" id="slot" %}', items=items)
    met, unmet = parse(html).findall(".//li")
    assert "Er is een plan" in words(met)
    assert "guard-met" in met.get("class")
    assert "Vader heeft nog geen toestemming gegeven." in words(unmet)
    assert "Karim Haddad" in words(unmet)
    assert "12 november 2026" in words(unmet)
    assert unmet.find(".//a").get("href") == "/link/"
    assert one(html, ".//div[@id='slot']").get("tabindex") == "-1"


@pytest.mark.parametrize(
    "source",
    [
        "{% tag bad %}",
        "{% counter bad label=bad %}",
        "{% audience bad %}",
        "{% term bad definition=bad url=bad %}",
        "{% button bad url=bad %}",
        "{% button bad name=bad value=bad aria_label=bad %}",
        "{% post_button bad bad field=bad %}",
        "{% guard_list items title=bad %}",
        "{% notice title=bad %}{{ bad }}{% endnotice %}",
        "{% panel title=bad note=bad link_url=bad link_label=bad %}{{ bad }}{% endpanel %}",
        "{% page_head title=bad facts=bad person=bad %}{% endpage_head %}",
        "{% breadcrumb bad bad bad %}",
        "{% empty title=bad text=bad %}{% endempty %}",
        "{% task_row title=bad meta=bad url=bad %}{% endtask_row %}",
        "{% person_row name=bad facts=bad %}{% endperson_row %}",
        "{% timeline_item title=bad facts=bad when=bad audience=bad %}{% endtimeline_item %}",
        "{% steps steps %}",
        "{% consent_bar consents rule=bad %}",
        "{% goal_line start=1 now=2 target=3 label=bad %}",
        "{% summary_list rows %}",
        "{% figure_tile question=bad value=bad unit=bad compare=bad url=bad %}{% endfigure_tile %}",
        "{% toast bad undo_url=bad %}",
        "{% conflict_panel conflicts who=bad when=bad talk_url=bad %}",
        "{% chips items=items count=bad %}{% endchips %}",
        "{% suppressed bad reason=bad %}",
        "{% agreement_card party=bad persons=persons comment=bad %}{% endagreement_card %}",
        "{% appointment time=bad title=bad facts=bad %}{% endappointment %}",
    ],
)
def test_component_escapes_what_it_gets(source):
    item = {"label": BAD, "text": BAD, "url": BAD, "who": BAD, "links": [(BAD, BAD)]}
    html = draw(
        source,
        bad=BAD,
        items=[item],
        steps=[{"label": BAD, "note": BAD, "state": "now"}],
        consents=[{"label": BAD, "text": BAD, "state": "asked", "url": BAD}],
        rows=[(BAD, BAD)],
        conflicts=[{"name": "x", "label": BAD, "theirs": BAD, "mine": BAD}],
        persons=[{"name": BAD, "role": BAD, "text": BAD, "state": "open"}],
    )
    assert "<script" not in html
    assert "alert(1)" in html


# --- where something stands -----------------------------------------------------------------------


def test_steps_tell_their_state_and_fold_on_a_phone():
    items = [
        {"label": "Hulpvraag", "state": "done", "note": "24 aug"},
        {"label": "Hulp loopt", "state": "now"},
        {"label": "Nazorg", "state": "next"},
    ]
    tree = parse(draw("{% steps items %}", items=items))
    current = tree.findall(".//ol/li[@aria-current='step']")
    assert {words(item.find("b")) for item in current} == {"Hulp loopt"}
    assert "2" in words(tree.find(".//summary"))
    assert "3" in words(tree.find(".//summary"))


def test_mini_steps_speak_in_words():
    html = draw('{% mini_steps done=2 total=5 label="Intake gepland" %}')
    assert words(parse(html)) == "Intake gepland"
    assert len(parse(html).findall(".//circle[@class='mini-done']")) == 2
    assert one(html, ".//svg").get("aria-hidden") == "true"


def test_consent_segment_is_a_link_as_a_whole():
    items = [{"label": "Hulp", "state": "missing", "text": "Vader ontbreekt", "url": "/x/"}]
    link = one(draw("{% consent_bar items %}", items=items), ".//a")
    assert link.get("href") == "/x/"
    assert words(link) == "Hulp Vader ontbreekt"


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ({"start": 2, "now": 6, "target": 8}, ["2", "6", "8"]),
        ({"start": 0, "now": None, "target": 10}, ["0", "10"]),
        ({"start": None, "now": 5, "target": None}, ["5"]),
    ],
)
def test_goal_line_says_its_scores(scores, said):
    html = draw("{% goal_line start=start now=now target=target %}", **scores)
    label = one(html, ".//svg").get("aria-label")
    assert [part for part in label.replace(",", "").split() if part.isdigit()] == said


def test_progress_stays_within_its_bar():
    assert (
        one(draw("{% progress 20 14 %}"), ".//rect[@class='progress-done']").get("width") == "100"
    )
    assert one(draw("{% progress 3 0 %}"), ".//rect[@class='progress-done']").get("width") == "0"


# --- lists and frame ------------------------------------------------------------------------------


def test_pager_keeps_the_filters_and_marks_the_page():
    page = Paginator(range(340), 25).page(3)
    html = draw("{% pager page query='school=de-wissel' %}", page=page)
    current = one(html, ".//a[@aria-current='page']")
    assert current.get("href") == "?school=de-wissel&pagina=3"
    assert "51" in words(parse(html))


def test_pager_of_one_page_has_no_links():
    assert "<nav" not in draw("{% pager page %}", page=Paginator(range(3), 25).page(1))


def test_summary_list_leaves_out_what_is_empty():
    html = draw(
        "{% summary_list rows %}", rows=[("Doel", "Slapen"), ("Opmerking", ""), ("Uren", 0)]
    )
    assert [words(term) for term in parse(html).findall(".//dt")] == ["Doel", "Uren"]


def test_letters_are_those_of_first_and_last_name():
    assert letters("Anna de Vries") == "AV"
    assert letters("Özlem") == "Ö"
    assert letters("") == ""
    assert letters("  (onbekend) ") == ""


def test_person_letter_is_hidden_and_keeps_its_tint():
    html = draw('{% person_letter "Amira Haddad" %}')
    assert one(html, ".//span").get("aria-hidden") == "true"
    assert html == draw('{% person_letter "Amira Haddad" %}')


class Item:
    """A menu item."""

    def __init__(self, url):
        self.label = self.url = url
        self.icon = "house"
        self.current = False
        self.count = 0


def test_phone_has_at_most_five_tabs_and_loses_no_page():
    items = [Item(f"/{number}/") for number in range(7)]
    tree = parse(draw("{% tab_bar items %}", items=items))
    assert len(tree.findall("./nav/ul/li")) == 5
    assert [link.get("href") for link in tree.findall(".//a")] == [item.url for item in items]


def test_newest_success_is_the_toast_and_nothing_is_lost():
    shown = split_messages(
        [
            Message(constants.SUCCESS, "Eerst"),
            Message(constants.WARNING, "Let op"),
            Message(constants.SUCCESS, "Bewaard", extra_tags="undo:/terug/"),
        ]
    )
    assert shown["toast"].message == "Bewaard"
    assert shown["undo_url"] == "/terug/"
    assert {message.message for message in shown["notices"]} == {"Eerst", "Let op"}
    assert {message.notice_kind for message in shown["notices"]} == {"ok", "att"}


# --- fields ---------------------------------------------------------------------------------------


class Small(forms.Form):
    """One field of each shape."""

    name = forms.CharField(label="Naam", help_text="Zoals op school")
    note = forms.CharField(
        label="Notitie",
        required=False,
        widget=forms.Textarea(
            attrs={
                "maxlength": 40,
                "data-audience": "Alleen jeugdhulp",
                "data-audience-kind": "narrow",
            }
        ),
    )
    choice = forms.ChoiceField(
        label="Keuze", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )


def field(form, name):
    """The HTML of one field."""
    return draw("{% load crispy_forms_filters %}{{ field|as_crispy_field }}", field=form[name])


def test_field_ties_hint_and_error_to_the_control():
    html = field(Small({}), "name")
    control = one(html, ".//input")
    assert control.get("aria-invalid") == "true"
    ids = {element.get("id") for element in parse(html).iter()}
    assert set(control.get("aria-describedby").split()) <= ids
    assert html.index("Zoals op school") < html.index("field-error") < html.index("<input")


def test_optional_field_says_so_and_a_required_one_does_not():
    assert "optional" in field(Small(), "note")
    assert "optional" not in field(Small(), "name")


def test_text_box_tells_who_reads_it_and_how_much_fits():
    html = field(Small({"note": "Kort"}), "note")
    assert "Alleen jeugdhulp" in html
    assert one(html, ".//span[@class='audience audience-narrow']")
    assert one(html, ".//p[@data-counter='id_note']").get("data-maximum") == "40"


def test_plain_radio_buttons_become_boxes_in_a_group():
    html = field(Small({}), "choice")
    group = one(html, ".//fieldset")
    assert words(group.find("legend")) == "Keuze"
    assert "id_choice_error" in group.get("aria-describedby")
    assert len(parse(html).findall(".//div[@class='option']")) == 2


def test_error_summary_links_to_controls_that_exist():
    form = Small({})
    html = draw(
        "{% load crispy_forms_filters %}{% error_summary form %}{{ form|crispy }}", form=form
    )
    tree = parse(html)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    targets = [link.get("href")[1:] for link in tree.findall(".//div[@role='alert']//a")]
    assert targets == ["id_name", "id_choice_0"]
    assert set(targets) <= set(ids)


def test_error_summary_draws_nothing_without_errors():
    assert draw("{% error_summary form %}", form=Small()) == ""


def test_conflict_panel_keeps_your_own_text_unless_you_choose():
    html = draw(
        "{% conflict_panel fields who='Sanne Bos' %}",
        fields=[{"name": "note", "label": "Notitie", "theirs": "Zij", "mine": "Jij"}],
    )
    checked = one(html, ".//input[@checked]")
    assert (checked.get("name"), checked.get("value")) == ("keep_note", "mine")


# --- whole pages ----------------------------------------------------------------------------------


def page(template, context=None):
    """A page as an anonymous visitor gets it."""
    request = RequestFactory().get("/")
    request.actor = Actor.anonymous()
    return render_to_string(template, context or {}, request=request)


def test_gallery_is_valid_and_its_references_exist():
    html = page("components/gallery.html", gallery.context())
    tree = html5lib.HTMLParser(
        strict=True, tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False
    ).parse(html)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), "an id stands twice"
    for element in tree.iter():
        for attribute in ("for", "aria-describedby", "aria-labelledby"):
            assert set((element.get(attribute) or "").split()) <= set(ids)
        href = element.get("href") or ""
        if element.tag == "a" and href.startswith("#") and len(href) > 1:
            assert href[1:] in ids, href


def test_page_has_one_title_and_the_landmarks():
    tree = html5lib.parse(
        page("components/gallery.html", gallery.context()), namespaceHTMLElements=False
    )
    assert len(tree.findall(".//h1")) == 1
    assert len(tree.findall(".//main")) == 1
    assert tree.get("lang") == "nl"
    assert words(tree.find(".//title")).endswith(" – OJA")


@pytest.mark.parametrize("template", ["403.html", "404.html", "500.html"])
def test_error_page_needs_no_user(template):
    assert "<h1>" in page(template)


def test_page_of_500_needs_nothing_at_all():
    assert "<h1>" in render_to_string("500.html")


def test_title_starts_with_error_when_the_form_is_wrong():
    html = page("account/login.html", {"form": Small({})})
    title = words(html5lib.parse(html, namespaceHTMLElements=False).find(".//title"))
    assert title.split()[0].endswith(":")
