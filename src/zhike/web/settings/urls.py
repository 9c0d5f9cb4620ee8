"""The settings."""

from django.urls import path

from zhike.web.accounts.views import profile, security, tokens
from zhike.web.settings.views import about, calendar, company, fields, playbook, roles, standards

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
    path("security/", security.page, name="security"),
    path("security/administrators/", security.separation, name="separation"),
    path("security/provider/", security.provider, name="provider"),
    path("security/tokens/", tokens.everybodys, name="everybodys_tokens"),
    path("security/tokens/<int:pk>/", tokens.anybodys, name="anybodys_token"),
    path("profile/", profile.page, name="profile"),
    path("profile/sessions/", profile.sessions, name="sessions"),
    path("profile/sessions/<slug:key>/", profile.session, name="session"),
    path("tokens/", tokens.listing, name="tokens"),
    path("tokens/<int:pk>/", tokens.page, name="token"),
    path("about/", about.page, name="about"),
]
