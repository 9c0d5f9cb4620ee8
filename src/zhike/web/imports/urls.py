"""Imports: the files that came in, and the way of one from upload to result."""

from django.urls import path

from zhike.web.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("templates/<str:kind>.xlsx", views.template, name="template"),
    path("<int:number>/", views.page, name="page"),
    path("<int:number>/columns/", views.columns, name="columns"),
    path("<int:number>/run/", views.run, name="run"),
    path("<int:number>/progress/", views.progress, name="progress"),
    path("<int:number>/problems/", views.problems, name="problems"),
    path("<int:number>/corrections.xlsx", views.corrections, name="corrections"),
    path("<int:number>/undo/", views.undo, name="undo"),
    path("<int:number>/removal/", views.removal, name="removal"),
]
