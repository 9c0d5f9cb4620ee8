"""Addresses of the care plans: as a list, as a month, as a sheet of paper."""

from django.urls import path

from zhike.web.care import views

app_name = "care"

urlpatterns = [
    path("", views.care_list, name="list"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/<slug:iso>/", views.calendar_day, name="day"),
    path("print/", views.sheet, name="print"),
]
