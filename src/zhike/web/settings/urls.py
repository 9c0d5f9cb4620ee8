"""The settings."""

from django.urls import path

from zhike.web.settings.views import about, calendar, company, fields, playbook, profile, roles, standards, tokens

app_name = "settings"
urlpatterns = [
    path("", company.page, name="page"),
    path("roles/", roles.listing, name="roles"),
    path("roles/<slug:key>/", roles.page, name="role"),
    path("fields/", fields.listing, name="fields"),
    path("fields/<int:pk>/", fields.page, name="field"),
    path("standards/", standards.listing, name="standards"),
    path("standards/<slug:key>/", standards.page, name="standard"),
    path("playbook/", playbook.page, name="playbook"),
    path("playbook/file/", playbook.file, name="playbook_file"),
    path("playbook/adoption/", playbook.adoption, name="adoption"),
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/deadline/", calendar.deadline, name="deadline"),
    path("calendar/<slug:iso>/", calendar.day, name="day"),
    path("profile/", profile.page, name="profile"),
    path("tokens/", tokens.listing, name="tokens"),
    path("tokens/<int:pk>/", tokens.page, name="token"),
    path("about/", about.page, name="about"),
]
