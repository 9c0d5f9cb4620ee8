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
    path("<int:pk>/lock/", views.lock, name="lock"),
    path("<int:pk>/second-factor/", views.second_factor, name="second_factor"),
    path("<int:pk>/sessions/", views.sessions, name="sessions"),
    path("<int:pk>/sessions/<slug:key>/", views.session, name="session"),
    path("departments/new/", departments.new, name="new_department"),
    path("departments/<int:pk>/", departments.page, name="department"),
]
