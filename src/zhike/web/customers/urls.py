"""Addresses of customers. Words come before numbers, so no customer can be called `new`."""

from django.urls import path

from zhike.web.customers.views import access, actions, editing, files, history, lists, pickers

app_name = "customers"

urlpatterns = [
    path("", lists.listing, name="list"),
    path("new/", editing.new, name="new"),
    path("picker/", pickers.customers, name="picker"),
    path("people/", pickers.people, name="people"),
    path("owner/", actions.owner, name="owner"),
    path("tags/", actions.tags, name="tags"),
    path("changes/<int:activity_id>/undo/", actions.undo, name="undo"),
    path("changes/<int:line_number>/<slug:field>/", history.restoration, name="restoration"),
    path("<str:number>/", files.page, name="page"),
    path("<str:number>/glance/", files.glance, name="glance"),
    path("<str:number>/timeline/", files.timeline_piece, name="timeline"),
    path("<str:number>/archive/", files.archive, name="archive"),
    path("<str:number>/contacts/", files.contacts, name="contacts"),
    path("<str:number>/orders/", files.orders, name="orders"),
    path("<str:number>/care/", files.care, name="care"),
    path("<str:number>/promises/", files.promises, name="promises"),
    path("<str:number>/edit/", editing.edit, name="edit"),
    path("<str:number>/needs/", editing.needs, name="needs"),
    path("<str:number>/reveal/", actions.reveal, name="reveal"),
    path("<str:number>/access/", access.page, name="access"),
    path("<str:number>/access/<int:pk>/", access.collaborator, name="collaborator"),
    path("<str:number>/lifecycle/", actions.lifecycle, name="lifecycle"),
    path("<str:number>/removal/", actions.removal, name="removal"),
]
