"""The pages' addresses, one line a noun."""

from django.urls import include, path

from zhike.web.accounts.views import profile

urlpatterns = [
    path("i18n/setlang/", profile.language, name="set_language"),
    path("accounts/", include("zhike.web.accounts.urls")),
    path("", include("zhike.web.today.urls")),
    path("commitments/", include("zhike.web.commitments.urls")),
    path("care/", include("zhike.web.care.urls")),
    path("", include("zhike.web.interactions.urls")),
    path("customers/", include("zhike.web.customers.urls")),
    path("contacts/", include("zhike.web.contacts.urls")),
    path("privacy/", include("zhike.web.privacy.urls")),
    path("search/", include("zhike.web.search.urls")),
    path("", include("zhike.web.segmentation.urls")),
    path("", include("zhike.web.audit.urls")),
    path("setup/", include("zhike.web.setup.urls")),
    path("imports/", include("zhike.web.imports.urls")),
    path("exports/", include("zhike.web.exports.urls")),
    path("settings/people/", include("zhike.web.people.urls")),
    path("settings/", include("zhike.web.settings.urls")),
    path("styleguide/", include("zhike.web.styleguide.urls")),
]
