"""Addresses of exports."""

from django.urls import path

from zhike.web.exports import views

app_name = "exports"

urlpatterns = [
    path("", views.listing, name="list"),
    path("customers/", views.customers, name="customers"),
    path("<int:pk>/file/", views.file, name="file"),
    path("<int:pk>/decision/", views.decision, name="decision"),
]
