"""Tiers: who matters, why, and the schemes behind it."""

from django.urls import path

from zhike.web.segmentation import editing, overrides, views

app_name = "segmentation"
urlpatterns = [
    path("tiers/", views.page, name="page"),
    path("tiers/evaluations/", views.evaluations, name="evaluations"),
    path("tiers/evaluations/<int:pk>/", views.evaluation, name="evaluation"),
    path("tiers/simulations/<int:pk>/", editing.simulation, name="simulation"),
    path("tiers/simulations/<int:pk>/approval/", editing.approval, name="approval"),
    path("tiers/<slug:key>/", views.page, name="scheme"),
    path("tiers/<slug:key>/heat-map/", views.heat_map, name="heat_map"),
    path("tiers/<slug:key>/migration/", views.migration, name="migration"),
    path("tiers/<slug:key>/overrides/", overrides.listing, name="overrides"),
    path("tiers/<slug:key>/versions/", views.versions, name="versions"),
    path("tiers/<slug:key>/customers/", views.customers, name="customers"),
    path("tiers/<slug:key>/edit/", editing.edit, name="edit"),
    path("customers/<str:number>/tiers/<slug:key>/override/", overrides.page, name="override"),
]
