"""People and departments."""

from django.urls import path

from zhike.web.people import departments, views

app_name = "people"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/access/", views.access, name="access"),
    path("<int:pk>/invitation/", views.invitation, name="invitation"),
    path("departments/new/", departments.new, name="new_department"),
    path("departments/<int:pk>/", departments.page, name="department"),
]
