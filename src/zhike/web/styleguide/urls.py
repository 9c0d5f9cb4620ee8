from django.urls import path

from zhike.web.styleguide import views

app_name = "styleguide"

urlpatterns = [
    path("", views.page, name="page"),
    path("choices/", views.choices, name="choices"),
    path("undone/", views.undone, name="undone"),
    path("<slug:name>/", views.piece, name="piece"),
]
