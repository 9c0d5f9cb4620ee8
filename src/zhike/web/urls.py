"""The pages' addresses, one line a noun."""

from django.urls import include, path

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("zhike.web.today.urls")),
    path("commitments/", include("zhike.web.commitments.urls")),
    path("styleguide/", include("zhike.web.styleguide.urls")),
]
