"""All addresses: the pages, and the API under /api/v1/."""

from django.urls import include, path

urlpatterns = [
    path("", include("zhike.web.urls")),
    path("api/v1/", include("zhike.api.urls")),
]
