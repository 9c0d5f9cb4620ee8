"""The address of the command palette's search."""

from django.urls import path

from zhike.web.search import views

app_name = "search"

urlpatterns = [path("", views.palette, name="palette")]
