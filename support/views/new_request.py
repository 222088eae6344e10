"""Nieuwe hulpvraag: one page, from the pupil to the consent; also for a concept."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404, log_list
from oja.access.permissions import Permission
from oja.core.periods import today
from oja.pages.forms import form_page
from providers.queries import participation_of
from schools.models import Pupil
from support import consent_rules, facts
from support.actions import discard_concept, open_requests_of, save_concept, submit_request
from support.forms.request import LINK, NO, TALK, Giver, RequestForm
from support.models import SupportRequest, Urgency
from support.views import people
from support.views.consents import link_words, mail_address, mail_link
from support.views.keys import key_or_404
from support.views.request_rows import group_words

#: Search results that are shown: whoever has more hits types one letter more.
SHOWN = 8
ANSWERS = {TALK: "given", NO: "refused", LINK: "link"}


@needs(Permission.REQUEST_CREATE)
def request_create(request):
    """The empty form. Without `?leerling=` only the question who it is about."""
    key = request.GET.get("leerling", "")
    if not key:
        return choose_pupil(request)
    rows = Pupil.objects.visible_to(request.actor).for_detail()
    pupil = get_visible_or_404(request, Pupil, key_or_404(key), rows=rows)
    return write_request(request, pupil, None)


@needs(Permission.REQUEST_CREATE)
@require_POST
def request_pupil_search(request):
    """Pupils whose name fits; posted, because a name may not stand in an address."""
    return choose_pupil(request, request.POST.get("naam", "").strip())


@needs(Permission.REQUEST_CREATE)
def request_edit(request, pk):
    """A concept, to write on."""
    rows = SupportRequest.objects.visible_to(request.actor).for_detail()
    row = get_visible_or_404(request, SupportRequest, pk, rows=rows)
    if row.state != "concept":
        return redirect("request-detail", pk=row.pk)
    return write_request(request, row.pupil, row)


@needs(Permission.REQUEST_CREATE)
@require_POST
def request_discard(request, pk):
    """Throw a concept away that was never submitted."""
    row = get_visible_or_404(request, SupportRequest, pk)
    discard_concept(request.actor, request=row)
    return redirect("home")


def choose_pupil(request, words=""):
    """The first part of the form: search an own pupil, also without scripts."""
    found = []
    if words:
        rows = Pupil.objects.visible_to(request.actor).search(words).for_list()
        found = list(rows.order_by("sort_name", "pk")[: SHOWN + 1])
        log_list(request, [pupil.pk for pupil in found], "pupils")
    on = today()
    context = {
        "words": words,
        "found": [
            (pupil, pupil.age_on(on), group_words(pupil.group_label)) for pupil in found[:SHOWN]
        ],
        "has_more": len(found) > SHOWN,
        "later": [_("The talk"), _("The question"), _("Consent to share")],
    }
    return render(request, "support/request_pupil.html", context)


def write_request(request, pupil, row):
    """The form for a known pupil, new or as a concept."""
    actor = request.actor
    on = today()
    later = "later" in request.POST
    guardians = people.guardians_of(actor, pupil.pk)
    givers = givers_of(actor, pupil, guardians, on)
    kwargs = form_facts(actor, pupil, guardians, givers, on)
    talkers, payer = kwargs["talkers"], kwargs["payer"]

    draft_key = f"request-edit.{row.pk}" if row else f"request-create.{pupil.pk}"

    def save(data):
        fields = {
            "request": row,
            "talk_with": [
                {"id": key, "label": label} for key, label in talkers if key in data["talk_with"]
            ],
            "talk_on": data["talk_on"],
            "topics": data["topics"],
            "question": data["question"],
            "urgency": data["urgency"] or Urgency.NORMAL,
            "on": on,
        }
        if row is None:
            fields["pupil"] = pupil
        if later:
            return save_concept(actor, **fields)
        saved = submit_request(actor, **fields, consents=consents_of(data, givers, guardians, on))
        mail_links(request, saved, guardians)
        return saved

    return form_page(
        request,
        RequestForm,
        save=save,
        title=_("New request"),
        template="support/request_form.html",
        success_url=lambda saved: reverse("request-detail", args=[saved.pk]),
        done=lambda saved: done_sentence(saved, later),
        instance=row,
        draft_key=draft_key,
        form_kwargs=lambda concept: {
            **kwargs,
            "complete": not later,
            "initial": initial_of(concept, on),
        },
        submit_label=_("Submit request"),
        context={
            **page_words(pupil, payer, kwargs["provider"]),
            "pupil": pupil,
            "group": group_words(pupil.group_label),
            "age": pupil.age_on(on),
            "row": row,
            "payer": payer,
            "rule": people.regime_sentence(
                pupil.first_name, pupil.age_on(on), consent_rules.regime(pupil.birth_date, on)
            ),
            "duplicates": duplicates(actor, pupil, row),
            "draft_form": draft_key,
            "checklist_url": f"{reverse('request-checklist')}?leerling={pupil.pk}",
        },
    )


def form_facts(actor, pupil, guardians, givers, on):
    """What the form needs to know about the pupil."""
    participation = participation_of(pupil.site, on)
    provider = participation.provider.name if participation else _("youth care")
    words = {"name": pupil.first_name, "provider": provider}
    return {
        "talkers": talkers_of(pupil, guardians.values()),
        "givers": givers,
        "payer": facts.payer_of(actor, pupil, pupil.site, on),
        "provider": provider,
        "audience": _("Visible to: parents, %(name)s, %(provider)s") % words,
        "on": on,
    }


@needs(Permission.REQUEST_CREATE)
@require_POST
def request_checklist(request):
    """The list "Klaar om in te dienen?" for what stands in the form now; nothing is kept."""
    actor = request.actor
    on = today()
    key = key_or_404(request.GET.get("leerling"))
    rows = Pupil.objects.visible_to(actor).for_detail()
    pupil = get_visible_or_404(request, Pupil, key, rows=rows)
    guardians = people.guardians_of(actor, pupil.pk)
    givers = givers_of(actor, pupil, guardians, on)
    form = RequestForm(request.POST, **form_facts(actor, pupil, guardians, givers, on))
    return render(request, "support/request_checklist.html", {"form": form})


def page_words(pupil, payer, provider):
    """Sentences of the page with a name in them."""
    words = {
        "name": pupil.first_name,
        "provider": provider,
        "municipality": payer.municipality.name if payer.municipality else "",
    }
    return {
        "consent_title": _("Consent to share with %(provider)s") % words,
        "duplicate_title": _("A request for %(name)s is running already") % words,
        "not_funded_title": _("The arrangement does not pay this help"),
        "not_funded_text": _(
            "Ask the parents whether you may pass the question on to %(municipality)s, or keep"
            " it at school. You may submit it: the support team then decides which way it goes."
        )
        % words
        if payer.municipality
        else _("First record in which municipality the pupil lives."),
        "audience_family": _("Parents and %(name)s") % words,
        "audience_provider": _("Youth care (%(provider)s)") % words,
        "audience_municipality": _("nothing about %(name)s, only numbers") % words,
    }


def givers_of(actor, pupil, guardians, on):
    """Who must agree to sharing, for the rows of part 4."""
    rows = []
    for guardian, _label in facts.people_to_ask(actor, pupil, on):
        if guardian is None:
            rows.append(Giver(consent_rules.PUPIL, pupil.full_name, _("pupil")))
        else:
            known = guardians.get(guardian.pk, guardian)
            relation = known.get_relation_display()
            rows.append(Giver(str(guardian.pk), known.full_name, relation, contact_words(known)))
    return rows


def contact_words(guardian):
    """Where a link can go, without showing the whole address over a shoulder."""
    if guardian.is_contact_secret:
        return _("contact details are secret: give the link yourself")
    if guardian.email:
        name, _at, domain = guardian.email.partition("@")
        return _("by mail to %(address)s") % {"address": f"{name[:2]}•••@{domain}"}
    return _("on paper: you print the link")


def talkers_of(pupil, guardians):
    """Who can have been spoken with: the guardians, and the pupil."""
    rows = [
        (str(row.pk), f"{row.get_relation_display().capitalize()} – {row.full_name}")
        for row in guardians
        if not row.is_deceased
    ]
    return [*rows, (consent_rules.PUPIL, _("%(name)s too") % {"name": pupil.first_name})]


def initial_of(row, on):
    """What the form starts with; nothing that matters in law."""
    if row is None:
        return {"urgency": Urgency.NORMAL, "talk_on": on}
    return {
        "talk_with": [person.get("id") for person in row.talk_with],
        "talk_on": row.talk_on,
        "topics": row.topics,
        "question": row.question,
        "urgency": row.urgency,
    }


def consents_of(data, givers, guardians, on):
    """The answers of part 4 as `submit_request` takes them."""
    by_key = {str(pk): row for pk, row in guardians.items()}
    return [
        {
            "guardian": by_key.get(giver.key),
            "answer": ANSWERS[data[giver.field]],
            "form": "talk",
            "on": data["talk_on"] or on,
            "note": "",
        }
        for giver in givers
        if data.get(giver.field)
    ]


def mail_links(request, saved, guardians):
    """Mail the new links to whoever has an address. The others get theirs on paper: their link is
    made again, and shown once, from the page of the hulpvraag."""
    for consent, link, token in saved.new_links:
        address = mail_address(guardians.get(consent.guardian_id))
        if address:
            mail_link(address, link_words(request, consent, link, token))


def duplicates(actor, pupil, row):
    """Open hulpvragen of this pupil besides the one on the page: a warning, never a block."""
    rows = open_requests_of(actor, pupil)
    return [other for other in rows if row is None or other.pk != row.pk]


def done_sentence(saved, later):
    """What was done, and who sees it when."""
    if later:
        return _("Draft kept. Nobody else sees it.")
    if saved.share_state == "complete":
        return _("Request submitted. %(provider)s sees it now.") % {"provider": saved.provider}
    return _("Request submitted. %(provider)s sees it as soon as everybody has agreed.") % {
        "provider": saved.provider
    }
