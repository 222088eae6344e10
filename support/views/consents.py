"""Consent: an answer recorded from a talk, a link for somebody at home, withdrawal, correction."""

from datetime import timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission
from oja.core.periods import age_on, today
from oja.pages.forms import form_page
from support import consent_rules, facts, progress
from support.actions import (
    ask_consent_by_link,
    correct_consent,
    record_consent,
    withdraw_consent,
)
from support.forms.consents import ConsentCorrectionForm, ConsentForm, WithdrawForm
from support.models import Consent, Purpose, SupportRequest, Trajectory
from support.views import answers, people
from support.views.trajectory_parts import head_context, subnav

#: What care asks about, as the address says it.
ASKED_FOR = {"hulp": Purpose.HELP, "anderen": Purpose.OTHERS_PRESENT}


@needs(Permission.CONSENT_RECORD)
def consent_ask(request, pk):
    """Ask one person about sharing a hulpvraag (`?wie=`), in a talk or by link."""
    rows = SupportRequest.objects.visible_to(request.actor).for_detail()
    row = get_visible_or_404(request, SupportRequest, pk, rows=rows)
    back = reverse("request-detail", args=[row.pk]) + "#toestemming"
    if "wie" not in request.GET:
        return redirect(back)
    guardian, name = person_of(request, row.pupil_id, row.pupil.full_name)
    case = {"request": row, "purpose": Purpose.SHARE, "guardian": guardian}
    return ask(request, case, name, row.pupil.first_name, back)


@needs(Permission.CONSENT_VIEW)
def trajectory_consent(request, pk):
    """What is agreed in a trajectory, per person; with `?wie=` the question to that person.

    `doel=anderen` asks whether others may be present, as in a group (Jeugdwet 7.3.13).
    """
    actor = request.actor
    rows = Trajectory.objects.visible_to(actor).for_detail()
    row = get_visible_or_404(request, Trajectory, pk, rows=rows)
    back = reverse("trajectory-consent", args=[row.pk])
    if "wie" in request.GET:
        purpose = ASKED_FOR.get(request.GET.get("doel", "hulp"))
        if purpose is None:
            raise Http404
        guardian, name = person_of(request, row.pupil_id, row.pupil_name)
        case = {"trajectory": row, "purpose": purpose, "guardian": guardian}
        return ask(request, case, name, first_word(row.pupil_name), back + part_of(purpose))
    on = today()
    state = facts.consent_state(actor, row, Purpose.HELP, on)
    others = facts.consent_state(actor, row, Purpose.OTHERS_PRESENT, on)
    guardians = people.guardians_of(actor, row.pupil_id)
    earlier = Consent.objects.visible_to(actor).filter(trajectory=row).for_list()
    return render(
        request,
        "support/trajectory_consent.html",
        {
            **head_context(row, on),
            "part": _("Consent"),
            "subnav": subnav(request, row, state),
            "consent": state,
            "givers": people.giver_rows(actor, state, row, Purpose.HELP, row.pupil_name, guardians),
            "others": others,
            "others_givers": people.giver_rows(
                actor, others, row, Purpose.OTHERS_PRESENT, row.pupil_name, guardians
            ),
            "rule": people.regime_sentence(
                first_word(row.pupil_name), age_of(row, on), state.regime
            ),
            "earlier": list(earlier),
            "is_shared": row.shared_site is not None,
        },
    )


def part_of(purpose):
    """Where on the page of consents this purpose stands."""
    return "#anderen" if purpose == Purpose.OTHERS_PRESENT else ""


def age_of(trajectory, on):
    """Age in whole years, from the copy in the trajectory."""
    return age_on(trajectory.birth_date, on)


def first_word(name):
    """The first name, for a sentence."""
    return name.split(" ")[0]


def person_of(request, pupil_id, pupil_name):
    """(guardian or None for the pupil, name) of `?wie=`. Raises Http404 for anybody else."""
    key = request.GET["wie"]
    if key == consent_rules.PUPIL:
        return None, pupil_name
    for guardian in people.guardians_of(request.actor, pupil_id).values():
        if str(guardian.pk) == key:
            return guardian, guardian.full_name
    raise Http404


def ask(request, case, name, first_name, back):
    """The two ways to ask one person: a link, or an answer that was heard."""
    if request.GET.get("manier") == "link":
        return link_page(request, case, name, first_name, back)
    return record_page(request, case, name, first_name, back)


def case_of(request, consent):
    """The case of an existing consent, as the actions take it, and the page to go back to."""
    actor = request.actor
    guardian = None
    if consent.guardian_id:
        guardian = people.guardians_of(actor, consent.pupil_id).get(consent.guardian_id)
    case = {"purpose": consent.purpose, "guardian": guardian}
    if consent.trajectory_id:
        row = get_visible_or_404(request, Trajectory, consent.trajectory_id)
        back = reverse("trajectory-consent", args=[row.pk]) + part_of(consent.purpose)
        return {**case, "trajectory": row}, first_word(row.pupil_name), back
    rows = SupportRequest.objects.visible_to(actor).select_related("pupil")
    row = get_visible_or_404(request, SupportRequest, consent.request_id, rows=rows)
    back = reverse("request-detail", args=[row.pk]) + "#toestemming"
    return {**case, "request": row}, row.pupil.first_name, back


@needs(Permission.CONSENT_RECORD)
def consent_record(request, pk):
    """The answer to a question that was asked before."""
    consent = get_visible_or_404(request, Consent, pk)
    case, first_name, back = case_of(request, consent)
    return record_page(request, case, progress.name_of(consent.giver_label), first_name, back)


@needs(Permission.CONSENT_RECORD)
def consent_link(request, pk):
    """A new link for a question that was asked before; the earlier link stops working."""
    consent = get_visible_or_404(request, Consent, pk)
    case, first_name, back = case_of(request, consent)
    return link_page(request, case, progress.name_of(consent.giver_label), first_name, back)


def record_page(request, case, name, first_name, back):
    """The form for an answer that was heard in a talk or came by letter."""

    def save(data):
        return record_consent(request.actor, **case, **data, on=today())

    return answers.heard_page(
        request,
        ConsentForm,
        save=save,
        name=name,
        template="support/consent_form.html",
        back=back,
        draft_key=f"consent-record.{case_key(case)}",
        context={"intro": asked_words(case["purpose"], first_name)},
    )


def case_key(case):
    """A short key of a case for its draft: the case, what for, and whom."""
    row = case.get("request") or case.get("trajectory")
    who = case["guardian"].pk if case["guardian"] else consent_rules.PUPIL
    return f"{row.pk}-{case['purpose']}-{who}"


def link_page(request, case, name, first_name, back):
    """Make a link for one person, or mail it."""

    def make():
        consent, link, token = ask_consent_by_link(request.actor, **case, on=today())
        return link_words(request, consent, link, token)

    return answers.link_page(
        request,
        make=make,
        mail=(mail_address(case["guardian"]), mail_link),
        name=name,
        facts=asked_words(case["purpose"], first_name),
        back=back,
        letter=_("%(asker)s asks for your answer about help at school."),
    )


def asked_words(purpose, first_name):
    """What the question is about."""
    return _("%(purpose)s · %(name)s") % {"purpose": Purpose(purpose).label, "name": first_name}


def asker_of(consent):
    """In whose name is asked: the provider for help, else the school."""
    if consent.trajectory_id and consent.provider:
        return consent.provider.name
    return consent.site.name


def mail_address(guardian):
    """Where a link may be mailed to: nowhere when the contact details are secret."""
    return "" if guardian is None or guardian.is_contact_secret else guardian.email


def link_words(request, consent, link, token):
    """What a mail or a letter says about a link."""
    return {
        "url": request.build_absolute_uri(reverse("link-open", args=[token])),
        "last_day": link.expires_on - timedelta(days=1),
        "asker": asker_of(consent),
    }


def mail_link(address, words):
    """Mail a link once everything is stored; no name and no subject of a child in it."""
    text = render_to_string("support/mail_link.txt", words)
    subject = _("%(asker)s asks for your answer") % {"asker": words["asker"]}
    # robust: what was stored stays stored when the mail server does not answer
    transaction.on_commit(lambda: send_mail(subject, text, None, [address]), robust=True)


@needs(Permission.CONSENT_RECORD)
def consent_withdraw(request, pk):
    """Take a consent back: what stops today stands above the button."""
    consent = get_visible_or_404(request, Consent, pk)
    _case, first_name, back = case_of(request, consent)

    def save(data):
        return withdraw_consent(request.actor, consent=consent, **data, on=today())

    return form_page(
        request,
        WithdrawForm,
        save=save,
        title=_("Withdraw the consent of %(name)s")
        % {"name": progress.name_of(consent.giver_label)},
        template="support/consent_withdraw.html",
        success_url=back,
        draft_key=f"consent-withdraw.{consent.pk}",
        submit_label=_("Withdraw consent"),
        done=_("Consent of %(name)s withdrawn.") % {"name": progress.name_of(consent.giver_label)},
        kind="danger",
        context={
            **stops_words(consent, first_name),
            "intro": asked_words(consent.purpose, first_name),
            "back": back,
        },
    )


def stops_words(consent, first_name):
    """What stops today when this consent is withdrawn."""
    words = {"name": first_name, "provider": consent.provider or _("youth care")}
    if consent.purpose == Purpose.SHARE:
        return {
            "stops_title": _("From today the school and %(provider)s share nothing more") % words,
            "stops_text": _(
                "%(provider)s no longer sees the request about %(name)s, and the school no longer"
                " sees the help. Giving consent again is a new consent."
            )
            % words,
        }
    if consent.purpose == Purpose.OTHERS_PRESENT:
        return {
            "stops_title": _("From today %(name)s cannot take part in a group") % words,
            "stops_text": _(
                "Help without others goes on. What was recorded about the group stays. Giving"
                " consent again is a new consent."
            ),
        }
    return {
        "stops_title": _("The help for %(name)s stops at a safe moment") % words,
        "stops_text": _(
            "From today no new contact can be planned without consent. Giving consent again is a"
            " new consent."
        ),
    }


@needs(Permission.CONSENT_RECORD)
def consent_correct(request, pk):
    """A new version of an answer that was recorded wrongly; both versions stay."""
    consent = get_visible_or_404(request, Consent, pk)
    _case, first_name, back = case_of(request, consent)
    on = today()

    def save(data):
        return correct_consent(request.actor, consent=consent, **data, on=on)

    return form_page(
        request,
        ConsentCorrectionForm,
        save=save,
        title=_("Correct the answer of %(name)s") % {"name": progress.name_of(consent.giver_label)},
        template="support/consent_form.html",
        success_url=back,
        draft_key=f"consent-correct.{consent.pk}",
        submit_label=_("Save the correction"),
        form_kwargs={"on": on, "initial": {"answered_on": consent.answered_on}},
        done=_("Answer of %(name)s corrected. The earlier version stays.")
        % {"name": progress.name_of(consent.giver_label)},
        context={
            "intro": asked_words(consent.purpose, first_name),
            "earlier": consent,
            "earlier_words": earlier_words(consent),
            "back": back,
        },
    )


def earlier_words(consent):
    """What was recorded before: the answer and its day."""
    parts = [consent.get_state_display(), consent.get_form_display()]
    if consent.answered_on:
        parts.append(progress.day_full(consent.answered_on))
    return " · ".join(str(part) for part in parts)
