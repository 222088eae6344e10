"""Addresses of bought care: Dutch paths, English names, uuids only."""

from django.urls import path

from support.views import (
    choices,
    proposals,
    purchase_answers,
    purchase_bills,
    subcontract_link,
    subcontract_list,
    subcontracts,
)

urlpatterns = [
    path("derdeninzet/", subcontract_list.subcontract_list, name="subcontract-list"),
    path("derdeninzet/nieuw/", proposals.subcontract_create, name="subcontract-create"),
    path("derdeninzet/nieuw/effect/", proposals.subcontract_effect, name="subcontract-effect"),
    path("derdeninzet/contracten/", purchase_bills.contract_list, name="contract-list"),
    path("derdeninzet/contracten/nieuw/", purchase_bills.contract_create, name="contract-create"),
    path("derdeninzet/derden/nieuw/", purchase_bills.third_create, name="third-create"),
    path("derdeninzet/<uuid:pk>/", subcontracts.subcontract_detail, name="subcontract-detail"),
    path("derdeninzet/<uuid:pk>/bewerken/", proposals.subcontract_edit, name="subcontract-edit"),
    path(
        "derdeninzet/<uuid:pk>/akkoord/",
        purchase_answers.subcontract_agreement,
        name="subcontract-agreement",
    ),
    path(
        "derdeninzet/<uuid:pk>/herinneren/",
        purchase_answers.subcontract_remind,
        name="subcontract-remind",
    ),
    path(
        "derdeninzet/<uuid:pk>/prestatie/", purchase_bills.delivery_create, name="delivery-create"
    ),
    path(
        "derdeninzet/<uuid:pk>/<slug:step>/", subcontracts.subcontract_move, name="subcontract-move"
    ),
    path(
        "prestaties/<uuid:pk>/goedkeuren/", purchase_bills.delivery_approve, name="delivery-approve"
    ),
    path("prestaties/<uuid:pk>/weigeren/", purchase_bills.delivery_refuse, name="delivery-refuse"),
    path("schoolantwoord/<uuid:pk>/", purchase_answers.school_answer, name="school-answer"),
    path("akkoord/derde/", subcontract_link.link_subcontract, name="link-subcontract"),
    path("keuze-van-ouders/", choices.choice_list, name="choice-list"),
    path("keuze-van-ouders/nieuw/", choices.choice_create, name="choice-create"),
    path("keuze-van-ouders/<uuid:pk>/", choices.choice_detail, name="choice-detail"),
]
