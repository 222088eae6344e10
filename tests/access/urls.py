"""Pages that exist in these tests only, beside those of the house."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import include, path

from oja.access.decorators import needs, needs_link, signed_in
from oja.access.lookup import get_visible_or_404, log_list
from oja.access.permissions import Permission
from oja.access.refusals import forbidden
from tests.access.world import Case


@needs(Permission.PUPIL_VIEW)
def cases(request):
    rows = list(Case.objects.visible_to(request.actor).order_by("name"))
    log_list(request, rows, "cases", subject="pk")
    return JsonResponse([row.name for row in rows], safe=False)


@needs(Permission.PUPIL_VIEW)
def case(request, pk):
    return HttpResponse(get_visible_or_404(request, Case, pk).name)


@needs(Permission.PUPIL_VIEW)
def careless(request):
    return JsonResponse([row.name for row in Case.objects.all()], safe=False)


ENDS = {
    "fine": lambda request: HttpResponse("done"),
    "forbidden": lambda request: forbidden(request, "Not on a Sunday."),
    "conflict": lambda request: HttpResponse("no", status=409),
    "server-error": lambda request: HttpResponse("oops", status=503),
}
RAISES = {"not-found": Http404, "denied": PermissionDenied, "crash": ZeroDivisionError}


@needs(Permission.PUPIL_CHANGE)
def write(request, end):
    name = f"written {end}"
    site = request.actor.ids("school_coordinator", "sites")[0]
    Case(site=site, name=name).save(force_insert=True)
    if end in RAISES:
        raise RAISES[end]
    return ENDS[end](request)


@login_not_required
def whoami(request):
    return JsonResponse({"kind": request.actor.kind, "label": request.actor.label})


@needs_link("share")
def answer(request):
    return HttpResponse(request.actor.link.purpose)


@signed_in
def own(request):
    return HttpResponse("own")


urlpatterns = [
    path("probe/cases/", cases),
    path("probe/cases/<uuid:pk>/", case, name="probe-case"),
    path("probe/careless/", careless),
    path("probe/write/<slug:end>/", write, name="probe-write"),
    path("probe/whoami/", whoami),
    path("probe/answer/", answer),
    path("probe/own/", own),
    path("", include("oja.urls")),
]
