"""Addresses: the portal at the root, partners' interfaces, the console."""

from django.urls import include, path

from genkan.site.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("genkan.ui.urls")),
    path("", include("genkan.sso.urls")),
    path("", include("genkan.onceonly.urls")),
    path("", include("genkan.portal.urls")),
    path("", include("genkan.consent.urls")),
    path("", include("genkan.delivery.urls")),
    path("", include("genkan.residents.urls")),
    path("", include("genkan.terms.urls")),
    path("console/", include("genkan.console.urls")),
]

handler400 = "genkan.ui.views.bad_request"
handler403 = "genkan.ui.views.forbidden"
handler404 = "genkan.ui.views.not_found"
handler500 = "genkan.ui.views.server_error"
handler429 = "genkan.ui.views.too_many_requests"  # asked by allauth when its limits are met
