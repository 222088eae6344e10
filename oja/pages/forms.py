"""`form_page`: one function for every page that asks something and saves it.

Typed text is never lost: it is kept as a draft while typing, through errors, a lost session and a
closed tab. A double click saves once, and two people who edit the same record merge or choose.
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.forms.utils import ErrorDict, pretty_name
from django.http import Http404, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from oja.access.refusals import forbidden
from oja.core.constraints import constraint_sentence
from oja.core.text import clean_text, mask_bsn
from oja.core.workflow import MoveNotAllowed, MoveRefused, hold
from oja.pages import conflicts, drafts, lost, submissions
from oja.pages.models import Draft
from oja.pages.refused import refused_page

_REQUIRED = forms.Field.default_error_messages["required"]
RESUME = "concept"  # ?concept=verder: the notice about the draft has been read


class PageFormMixin:
    """What all our forms do with text: drop NUL, and mask what looks like a service number.

    `unmasked` names fields in which nine digits are something else. After validation `masked`
    tells the labels of the fields in which something was masked.
    """

    unmasked: tuple[str, ...] = ()

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(None if data is None else cleaned_query(data), *args, **kwargs)
        self.masked: list[str] = []
        for name, field in self.fields.items():
            if field.error_messages.get("required") == _REQUIRED:
                field.error_messages["required"] = self._what_is_missing(name, field)

    @staticmethod
    def _what_is_missing(name, field):
        """Words that say what to do, instead of that something is wrong."""
        label = field.label or pretty_name(name)
        is_choice = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
        sentence = _("Choose: %(label)s") if is_choice else _("Fill in: %(label)s")
        return sentence % {"label": label}

    def _clean_fields(self):
        super()._clean_fields()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and self._is_free_text(name):
                self.cleaned_data[name], found = mask_bsn(value)
                if found:
                    self.masked.append(str(self[name].label))

    def _is_free_text(self, name):
        field = self.fields[name]
        if type(field) is not forms.CharField or name in self.unmasked:
            return False
        return getattr(field.widget, "input_type", "textarea") not in ("tel", "password", "hidden")


class PageForm(PageFormMixin, forms.Form):
    """The base of every form of ours."""


class PageModelForm(PageFormMixin, forms.ModelForm):
    """The base of every form on one record."""


class MoveForm(PageForm):
    """The base of forms of moves: knows the row and who moves (`self.row`, `self.actor`)."""

    def __init__(self, *args, row=None, actor=None, **kwargs):
        self.row = row
        self.actor = actor
        super().__init__(*args, **kwargs)


def cleaned_query(data):
    """Posted data without what cannot be stored; see `clean_text`."""
    query = QueryDict(mutable=True)
    if not hasattr(data, "getlist"):
        query.update({name: value for name, value in data.items() if not isinstance(value, list)})
        for name, value in data.items():
            if isinstance(value, list):
                query.setlist(name, value)
        data = query.copy()
        query = QueryDict(mutable=True)
    for name in data:
        values = [clean_text(v) if isinstance(v, str) else v for v in data.getlist(name)]
        query.setlist(clean_text(name), values)
    return query


def form_page(request, form_class, *, save, title, success_url, draft_key, submit_label, **options):
    """Show a form, keep what is typed, save it once, and go on.

    save: function of the cleaned data; what it raises as ValidationError, MoveRefused or
        IntegrityError becomes words. success_url: text, or a function of what `save` returned.
    draft_key: name of the form, with the key of the record behind a point ("pupil-edit.<uuid>");
        no slash, no name of a person.
    instance: the record that is edited: gives the form its values, and protects it against a
        lost update. form_kwargs: more arguments of the form, or a function of the instance.
    done: said after success (text or a function of the result). template, context, changed_by
        (function of the instance: who changed it), kind of the button.
    """
    return FormPage(
        request,
        form_class,
        save=save,
        title=title,
        success_url=success_url,
        draft_key=draft_key,
        submit_label=submit_label,
        **options,
    ).respond()


class FormPage:
    """One request to a page with a form; see `form_page`."""

    def __init__(
        self,
        request,
        form_class,
        *,
        save,
        title,
        success_url,
        draft_key,
        submit_label,
        template="pages/form.html",
        instance=None,
        form_kwargs=None,
        done="",
        context=None,
        kind="primary",
        changed_by=None,
        version="",
    ):
        if "/" in draft_key:
            raise ValueError("a draft key has no slash")
        self.request, self.actor = request, request.actor
        self.form_class, self.save = form_class, save
        self.title, self.success_url, self.done = title, success_url, done
        self.template, self.context, self.kind = template, context or {}, kind
        self.instance, self.form_kwargs = instance, form_kwargs or {}
        self.draft_key, self.submit_label = draft_key, submit_label
        self.changed_by = changed_by
        self._version = version
        self.now = timezone.now()

    def respond(self):
        """The answer to GET (and HEAD) or POST."""
        if self.request.method in ("GET", "HEAD"):
            return self.show()
        if self.request.method == "POST":
            return self.receive()
        return HttpResponseNotAllowed(["GET", "POST"])

    # Showing

    def make(self, data=None):
        """The form, bound to data or not."""
        extra = self.form_kwargs
        extra = extra(self.instance) if callable(extra) else dict(extra)
        if self.instance is not None and issubclass(self.form_class, forms.ModelForm):
            extra["instance"] = self.instance
        return self.form_class(data, **extra)

    @property
    def version(self):
        """What the form starts from: the record's version, or that of the row of a move."""
        return self._version or (self.instance.version if self.instance is not None else "")

    def show(self):
        """The form as it is first seen: with the draft, when there is one."""
        draft = drafts.find(self.actor, self.draft_key, self.now)
        if draft is None:
            return self.page(self.make())
        form = self.make(drafts.as_query(draft.data))
        # A draft is not judged before it is sent.
        form._errors, form.cleaned_data = ErrorDict(), {}
        # A merge needs the start of the text. A move has been read anew now, and starts from here.
        names = drafts.CARRIED if self.instance is not None else ()
        carried = {name: (draft.data.get(name) or [""])[0] for name in names}
        resumed = self.request.GET.get(RESUME) == "verder"
        return self.page(form, draft=None if resumed else draft, carried=carried)

    def page(self, form, *, draft=None, carried=None, clashes=(), status=200):
        """The page around the form."""
        start = self.make() if self.instance is not None else None
        carried = carried or {}
        hidden = {
            submissions.FIELD: self.request.POST.get(submissions.FIELD) or submissions.new_key(),
            lost.FIELD: lost.mark(self.actor, self.draft_key),
            "_version": carried.get("_version") or self.version,
            "_base": carried.get("_base")
            or (conflicts.as_json(conflicts.values_of(start)) if start else ""),
        }
        context = {
            "form": form,
            "title": self.title,
            "submit_label": self.submit_label,
            "submit_kind": self.kind,
            "hidden_fields": [(name, value) for name, value in hidden.items() if value],
            "draft": draft,
            "draft_when": drafts.moment_text(draft.saved_at, self.now) if draft else "",
            "draft_is_lost": bool(draft and draft.reason == Draft.Reason.LOST),
            "draft_url": drafts.save_url(self.draft_key) if self.actor.user_id else "",
            "resume_url": f"{self.request.path}?{self._resume_query()}",
            "form_url": self.request.get_full_path(),
            "conflicts": clashes,
            "conflict_who": self.changed_by(self.instance) if clashes and self.changed_by else "",
            "instance": self.instance,
        }
        return render(self.request, self.template, context | self.context, status=status)

    def _resume_query(self):
        query = self.request.GET.copy()
        query[RESUME] = "verder"
        return query.urlencode()

    # Receiving

    def receive(self):
        """A post: once, on the newest version, and without losing a letter."""
        key = self.request.POST.get(submissions.FIELD, "")
        earlier = submissions.earlier_result(self.actor, key)
        if earlier:
            return redirect(earlier)
        data = cleaned_query(self.request.POST)
        clashes = []
        if self.instance is not None:
            data, clashes = self._merge(data)
        form = self.make(data)
        if clashes:
            form._errors, form.cleaned_data = ErrorDict(), {}
            self._keep(data)
            return self.page(form, clashes=clashes, status=409)
        if not form.is_valid():
            return self.again(form)
        try:
            with transaction.atomic():
                result = self.save(form.cleaned_data)
        except ValidationError as problem:
            return self.again(form, problem)
        except IntegrityError as problem:
            return self.again(form, ValidationError(constraint_sentence(problem)))
        except MoveNotAllowed as problem:
            return forbidden(self.request, str(problem))
        except MoveRefused as problem:
            self._keep(self.request.POST)
            return refused_page(self.request, problem, title=self.title)
        return self.finish(form, result, key)

    def _merge(self, data):
        hold("record", self.instance.pk)  # whoever saves the same record waits here
        try:
            self.instance.refresh_from_db()
        except ObjectDoesNotExist as gone:
            raise Http404 from gone
        started = self.request.POST.get("_version", "")
        if not started or started == self.version:
            return conflicts.choose(self.make, data), []
        base = conflicts.read_base(self.request.POST.get("_base", ""))
        return conflicts.merge(self.make(), data, base)

    def again(self, form, problem=None):
        """The form with its errors; the text is kept as a draft as well."""
        if problem is not None:
            _add_errors(form, problem)
        self._keep(self.request.POST)
        carried = {name: self.request.POST.get(name, "") for name in drafts.CARRIED}
        return self.page(form, carried=carried)

    def _keep(self, data):
        if self.actor.user_id is None:
            return
        try:
            drafts.keep(
                self.actor,
                self.draft_key,
                drafts.posted(data),
                at=self.now,
                reason=Draft.Reason.REFUSED,
            )
        except ValueError:
            return  # larger than a draft may be: the page itself still holds it

    def finish(self, form, result, key):
        """Success: forget the draft, remember the result, say so, and go on."""
        url = self.success_url(result) if callable(self.success_url) else self.success_url
        drafts.discard(self.actor, self.draft_key)
        submissions.remember(self.actor, key, str(url))
        done = self.done(result) if callable(self.done) else self.done
        if done:
            messages.success(self.request, str(done), extra_tags="toast")
        masked = getattr(form, "masked", [])
        if masked:
            sentence = _(
                "A number in “%(fields)s” looked like a citizen service number. It was replaced"
                " by dots: such numbers are not kept here."
            )
            messages.warning(self.request, sentence % {"fields": ", ".join(masked)})
        return redirect(str(url))


def _add_errors(form, problem):
    """Errors of an action at the fields of the form; those of other fields at the top."""
    if not hasattr(problem, "error_dict"):
        form.add_error(None, problem)
        return
    for name, errors in problem.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
