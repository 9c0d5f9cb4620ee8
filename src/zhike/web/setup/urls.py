"""The first run."""

from django.urls import path

from zhike.web.setup import views

app_name = "setup"
urlpatterns = [
    path("next/", views.next_steps, name="next"),
    path("<str:code>/", views.page, name="page"),
    path("<str:code>/password/", views.password, name="password"),
    path("<str:code>/demo/", views.demo, name="demo"),
    path("<str:code>/demo/<int:pk>/", views.demo_progress, name="demo_progress"),
]
