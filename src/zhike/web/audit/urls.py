"""Addresses of the trail."""

from django.urls import path

from zhike.web.audit import views

app_name = "audit"

urlpatterns = [
    path("audit/", views.listing, name="list"),
    path("audit/export/", views.export, name="export"),
    path("audit/export/<int:pk>/", views.file, name="file"),
    path("audit/<int:number>/", views.line, name="line"),
    path("audit/<int:number>/return/", views.return_, name="return"),
    path("settings/trail/", views.keeping, name="keeping"),
]
