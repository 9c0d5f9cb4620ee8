"""All addresses: the pages, and the API under /api/v1/."""

from django.urls import include, path

urlpatterns = [
    path("", include("zhike.web.urls")),
    path("api/v1/", include("zhike.api.urls")),
]

handler400 = "zhike.config.errors.bad_request"
handler403 = "zhike.config.errors.denied"
handler404 = "zhike.config.errors.not_found"
handler500 = "zhike.config.errors.failed"
