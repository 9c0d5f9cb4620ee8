"""Addresses of the personal-information desk."""

from django.urls import path

from zhike.web.privacy.views import consents, requests, retention, steps

app_name = "privacy"

urlpatterns = [
    path("", requests.listing, name="list"),
    path("new/", requests.new, name="new"),
    path("retention/", retention.page, name="retention"),
    path("contacts/<int:pk>/consents/", consents.of_contact, name="contact_consents"),
    path("contacts/<int:pk>/withdrawal/", consents.contact_withdrawal, name="contact_withdrawal"),
    path("customers/<str:number>/consents/", consents.of_customer, name="customer_consents"),
    path("customers/<str:number>/withdrawal/", consents.customer_withdrawal, name="customer_withdrawal"),
    path("<str:number>/", requests.page, name="page"),
    path("<str:number>/identity/", steps.identity, name="identity"),
    path("<str:number>/taking-up/", steps.work, name="work"),
    path("<str:number>/answer/", steps.answer, name="answer"),
    path("<str:number>/refusal/", steps.refusal, name="refusal"),
    path("<str:number>/file/", steps.file, name="file"),
    path("<str:number>/erasure/", steps.erasure, name="erasure"),
    path("<str:number>/approval/", steps.approval, name="approval"),
    path("<str:number>/holds/", steps.holds, name="holds"),
    path("<str:number>/holds/<int:pk>/lifting/", steps.lifting, name="lifting"),
]
