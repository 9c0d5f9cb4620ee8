"""Addresses of contacts."""

from django.urls import path

from zhike.web.contacts import views

app_name = "contacts"

urlpatterns = [
    path("picker/", views.picker, name="picker"),
    path("new/<str:number>/", views.new, name="new"),
    path("<int:pk>/", views.edit, name="edit"),
    path("<int:pk>/reveal/", views.reveal, name="reveal"),
    path("<int:pk>/removal/", views.removal, name="removal"),
]
