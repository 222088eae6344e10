"""The two ways to get an answer of one person: heard in a talk, or by a link for at home.

Consent and bought care ask other things; how they are asked is the same.
"""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from oja.access.refusals import forbidden
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused
from oja.pages.forms import form_page
from oja.pages.refused import refused_page
from support import progress


def heard_page(request, form_class, *, save, name, template, back, draft_key, context):
    """The form for an answer that was heard in a talk or came by letter.

    save: function of the cleaned form; context: what differs, such as `intro` and `crumbs`.
    """
    return form_page(
        request,
        form_class,
        save=save,
        title=_("Record the answer of %(name)s") % {"name": name},
        template=template,
        success_url=back,
        draft_key=draft_key,
        submit_label=_("Save the answer"),
        form_kwargs={"on": today()},
        done=_("Answer of %(name)s kept.") % {"name": name},
        context={"back": back, **context},
    )


def link_page(request, *, make, mail, name, facts, back, letter):
    """Make a link for one person. It is shown once, on the answer to this post, or mailed.

    make: function that makes it and gives its words (`link_words`); mail: (address or "",
    function of address and words); letter: what the letter asks, with %(asker)s in it.
    """
    address, send = mail
    context = {
        "title": _("Link for %(name)s") % {"name": name},
        "facts": facts,
        "name": name,
        "back": back,
        "mail": address,
        "mail_label": _("Mail the link to %(address)s") % {"address": address},
        "explain_text": _("With this link %(name)s answers on a phone, without an account.")
        % {"name": name},
    }
    if request.method != "POST":
        return render(request, "support/consent_link.html", context)
    try:
        words = make()
    except MoveRefused as problem:
        return refused_page(request, problem, title=context["title"])
    except MoveNotAllowed as problem:
        return forbidden(request, str(problem))
    if "mail" in request.POST and address:
        send(address, words)
        messages.success(request, _("Link sent to %(name)s.") % {"name": name})
        return redirect(back)
    texts = {
        "letter_text": letter % words,
        "valid_text": _("The link works until %(day)s. It asks for the birth date of your child.")
        % {"day": progress.day_full(words["last_day"]).lower()},
    }
    return render(request, "support/consent_link.html", {**context, **words, **texts})
