"""Tiers: who matters, why, and the schemes behind it."""

from django.urls import path

from zhike.web.segmentation import editing, overrides, views

app_name = "segmentation"
urlpatterns = [
    path("segmentation/", views.page, name="page"),
    path("segmentation/evaluations/", views.evaluations, name="evaluations"),
    path("segmentation/evaluations/<int:pk>/", views.evaluation, name="evaluation"),
    path("segmentation/simulations/<int:pk>/", editing.simulation, name="simulation"),
    path("segmentation/simulations/<int:pk>/approval/", editing.approval, name="approval"),
    path("segmentation/<slug:key>/", views.page, name="scheme"),
    path("segmentation/<slug:key>/heat-map/", views.heat_map, name="heat_map"),
    path("segmentation/<slug:key>/migration/", views.migration, name="migration"),
    path("segmentation/<slug:key>/overrides/", overrides.listing, name="overrides"),
    path("segmentation/<slug:key>/versions/", views.versions, name="versions"),
    path("segmentation/<slug:key>/customers/", views.customers, name="customers"),
    path("segmentation/<slug:key>/edit/", editing.edit, name="edit"),
    path("customers/<str:number>/tiers/<slug:key>/override/", overrides.page, name="override"),
]
