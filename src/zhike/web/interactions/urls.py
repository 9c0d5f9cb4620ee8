"""Addresses of interactions: logged under their customer, read by themselves."""

from django.urls import path

from zhike.web.interactions import views

app_name = "interactions"

urlpatterns = [
    path("interactions/new/", views.new, name="new"),
    path("interactions/<int:pk>/", views.detail, name="detail"),
    path("interactions/<int:pk>/undo/", views.undo, name="undo"),
    path("interactions/<int:pk>/proposal/", views.proposal, name="proposal"),
    path("customers/<str:number>/interactions/", views.log, name="log"),
]
