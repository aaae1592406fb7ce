"""Addresses of the console: our sign-in, closed doors, then Wagtail's admin behind them."""

from django.urls import include, path, re_path
from wagtail.admin import urls as wagtail_urls
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from genkan.console import views
from genkan.console.access import staff_only

CLOSED = (
    "api",
    "collections",
    "documents",
    "groups",
    "images",
    "pages",
    "password_reset",
    "users",
)
"""Screens of Wagtail for things Genkan has not, or keeps elsewhere: accounts are no list here."""

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="console_sign_in"),
    re_path(rf"^(?:{'|'.join(CLOSED)})/", views.closed),
    path("account/", staff_only(require_admin_access(views.OwnAccount.as_view()))),
    path("", include(decorate_urlpatterns(wagtail_urls.urlpatterns, staff_only))),
]
