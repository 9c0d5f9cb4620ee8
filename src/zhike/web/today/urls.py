"""The address of the Today page: the start of everything."""

from django.urls import path

from zhike.web.today import views

app_name = "today"

urlpatterns = [path("", views.page, name="page")]
