"""Addresses of commitments: one to read, and a noun for each thing that can be done to it."""

from django.urls import path

from zhike.web.commitments import views

app_name = "commitments"

urlpatterns = [
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/fulfilment/", views.fulfilment, name="fulfilment"),
    path("<int:pk>/reopening/", views.reopening, name="reopening"),
    path("<int:pk>/waiver/", views.waiver, name="waiver"),
    path("<int:pk>/snooze/", views.snooze, name="snooze"),
    path("<int:pk>/waking/", views.waking, name="waking"),
    path("<int:pk>/owner/", views.owner, name="owner"),
    path("<int:pk>/planned-day/", views.planned_day, name="planned-day"),
]
