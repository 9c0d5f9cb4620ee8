"""People and departments."""

from django.urls import path

from zhike.web.people import departments, grants, leaving, looking, views

app_name = "people"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/access/", views.access, name="access"),
    path("colleagues/", views.colleagues, name="colleagues"),
    path("looking/", looking.end, name="end_looking"),
    path("<int:pk>/looking/", looking.begin, name="look"),
    path("<int:pk>/hand-over/", leaving.hand_over, name="hand_over"),
    path("<int:pk>/departure/", leaving.departure, name="departure"),
    path("<int:pk>/grants/", grants.new, name="grants"),
    path("<int:pk>/grants/<int:grant_id>/", grants.end, name="grant"),
    path("<int:pk>/invitation/", views.invitation, name="invitation"),
    path("<int:pk>/lock/", views.lock, name="lock"),
    path("<int:pk>/second-factor/", views.second_factor, name="second_factor"),
    path("<int:pk>/sessions/", views.sessions, name="sessions"),
    path("<int:pk>/sessions/<slug:key>/", views.session, name="session"),
    path("departments/new/", departments.new, name="new_department"),
    path("departments/<int:pk>/", departments.page, name="department"),
]
