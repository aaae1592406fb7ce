"""Addresses of delivery."""

from django.urls import path

from genkan.delivery import views

app_name = "delivery"
urlpatterns = [
    path("articles/<uuid:article_id>/", views.article, name="article"),
]
