"""One's own name, language, password and second factor."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from zhike.domain.accounts import services
from zhike.kernel import clock
from zhike.web.accounts.adapter import speak
from zhike.web.http import StaffRequest
from zhike.web.settings.forms import ProfileForm
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast


@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Change what is one's own; the pages speak the chosen language from the next one on."""
    person = request.user
    initial = {"name": person.name, "language": person.language}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.change_profile(person=person, now=clock.now(), **form.cleaned_data)
        language = form.cleaned_data["language"]
        with override(language):
            toast(request, _("Saved."))
        response = redirect("settings:profile")
        speak(response, language)
        return response
    context = {"form": form, "person": person, "has_second_factor": is_mfa_enabled(person)}
    return settings_page(
        request, "settings/profile.html", context, route="settings:profile", status=422 if form.errors else 200
    )
