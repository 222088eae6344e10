"""Addresses of the support pages: Dutch paths, English names, uuids only."""

from django.urls import include, path

from support import purchase_urls
from support.forms import moves  # noqa: F401  the forms of the moves register themselves
from support.views import (
    budget,
    budget_keep,
    consents,
    contacts,
    cost_imports,
    cost_lines,
    group_members,
    group_sessions,
    groups,
    links,
    menu,  # noqa: F401  menu items and homes register themselves
    new_request,
    plans,
    pupil_card,  # noqa: F401  panel and button on the card of a pupil register themselves
    requests,
    session_corrections,
    survey,
    survey_staff,
    today,
    trajectories,
)

urlpatterns = [
    path("", include(purchase_urls)),
    path("hulpvragen/", requests.request_list, name="request-list"),
    path("hulpvragen/nieuw/", new_request.request_create, name="request-create"),
    path("hulpvragen/nieuw/zoeken/", new_request.request_pupil_search, name="request-pupil-search"),
    path("hulpvragen/nieuw/klaar/", new_request.request_checklist, name="request-checklist"),
    path("hulpvragen/<uuid:pk>/", requests.request_detail, name="request-detail"),
    path("hulpvragen/<uuid:pk>/bewerken/", new_request.request_edit, name="request-edit"),
    path("hulpvragen/<uuid:pk>/weggooien/", new_request.request_discard, name="request-discard"),
    path("hulpvragen/<uuid:pk>/toestemming/", consents.consent_ask, name="consent-ask"),
    path("hulpvragen/<uuid:pk>/<slug:step>/", requests.request_move, name="request-move"),
    path("toestemming/<uuid:pk>/vastleggen/", consents.consent_record, name="consent-record"),
    path("toestemming/<uuid:pk>/link/", consents.consent_link, name="consent-link"),
    path("toestemming/<uuid:pk>/intrekken/", consents.consent_withdraw, name="consent-withdraw"),
    path("toestemming/<uuid:pk>/corrigeren/", consents.consent_correct, name="consent-correct"),
    path("l/<str:token>/", links.link_open, name="link-open"),
    path("vraag/", links.link_check, name="link-check"),
    path("akkoord/", links.link_answer, name="link-answer"),
    path("akkoord/bewaard/", links.link_done, name="link-done"),
    path("trajecten/", trajectories.trajectory_list, name="trajectory-list"),
    path("trajecten/<uuid:pk>/", trajectories.trajectory_detail, name="trajectory-detail"),
    path(
        "trajecten/<uuid:pk>/zoals-school/",
        trajectories.trajectory_school_view,
        name="trajectory-school-view",
    ),
    path("trajecten/<uuid:pk>/plan/", plans.trajectory_plan, name="trajectory-plan"),
    path("trajecten/<uuid:pk>/plan/akkoord/", plans.plan_agreement, name="plan-agreement"),
    path(
        "trajecten/<uuid:pk>/toestemming/", consents.trajectory_consent, name="trajectory-consent"
    ),
    path("trajecten/<uuid:pk>/notitie/", contacts.trajectory_note, name="trajectory-note"),
    path("trajecten/<uuid:pk>/scores/", plans.trajectory_scores, name="trajectory-scores"),
    path("trajecten/<uuid:pk>/inzet/", plans.trajectory_provision, name="trajectory-provision"),
    path("trajecten/<uuid:pk>/vragenlijst/", survey_staff.survey_invite, name="survey-invite"),
    path("trajecten/<uuid:pk>/<slug:step>/", trajectories.trajectory_move, name="trajectory-move"),
    path("vragenlijsten/", survey_staff.survey_list, name="survey-list"),
    path("vragenlijsten/<uuid:pk>/link/", survey_staff.survey_link, name="survey-link"),
    path("vragenlijsten/<uuid:pk>/opnieuw/", survey_staff.survey_again, name="survey-again"),
    path("vragenlijst/", survey.survey_start, name="survey-start"),
    path("vragenlijst/<int:number>/", survey.survey_question, name="survey-question"),
    path("vragenlijst/versturen/", survey.survey_check, name="survey-check"),
    path("vragenlijst/bedankt/", survey.survey_thanks, name="survey-thanks"),
    path("contacten/nieuw/", contacts.contact_create, name="contact-create"),
    path("contacten/<uuid:pk>/corrigeren/", contacts.contact_correct, name="contact-correct"),
    path("contacten/<uuid:pk>/ongedaan/", contacts.contact_undo, name="contact-undo"),
    path("vandaag/gedaan/", today.contact_done, name="contact-done"),
    path("vandaag/niet-doorgegaan/", today.contact_missed, name="contact-missed"),
    path("groepen/", groups.group_list, name="group-list"),
    path("groepen/nieuw/", groups.group_create, name="group-create"),
    path("groepen/<uuid:pk>/", groups.group_detail, name="group-detail"),
    path("groepen/<uuid:pk>/wijzigen/", groups.group_edit, name="group-edit"),
    path("groepen/<uuid:pk>/afronden/", groups.group_close, name="group-close"),
    path("groepen/<uuid:pk>/deelnemer/", group_members.group_join, name="group-join"),
    path(
        "groepen/<uuid:pk>/deelnemer/<uuid:participant>/eruit/",
        group_members.group_leave,
        name="group-leave",
    ),
    path(
        "groepen/<uuid:pk>/keer/<int:number>/", group_sessions.group_session, name="group-session"
    ),
    path(
        "groepen/<uuid:pk>/keer/<int:number>/ongedaan/",
        group_sessions.group_session_undo,
        name="group-session-undo",
    ),
    path(
        "groepen/<uuid:pk>/keer/<int:number>/corrigeren/",
        session_corrections.group_session_correct,
        name="group-session-correct",
    ),
    path("collectief/nieuw/", group_sessions.collective_create, name="collective-create"),
    path("collectief/<uuid:pk>/ongedaan/", group_sessions.collective_undo, name="collective-undo"),
    path("budget/", budget.budget, name="budget"),
    path("budget/maand-sluiten/", budget.budget_close, name="budget-close"),
    path("budget/kostenregels/", cost_lines.budget_lines, name="budget-lines"),
    path("budget/kosten-inlezen/", cost_imports.budget_import, name="budget-import"),
    path(
        "budget/kosten-inlezen/<uuid:pk>/",
        cost_imports.budget_import_detail,
        name="budget-import-detail",
    ),
    *(
        path(
            f"budget/kosten-inlezen/<uuid:pk>/{word}/",
            getattr(cost_imports, f"budget_import_{name}"),
            name=f"budget-import-{name}",
        )
        for word, name in (
            ("kolommen", "columns"),
            ("inlezen", "run"),
            ("ongedaan", "undo"),
            ("weg", "drop"),
        )
    ),
    path("budget/koppelen/<uuid:pk>/", cost_lines.budget_match, name="budget-match"),
    path("budget/vastleggen/", budget_keep.budget_keep, name="budget-keep"),
    path("budget/vastleggen/<slug:what>/", budget_keep.budget_record, name="budget-record"),
]
