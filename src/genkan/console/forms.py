"""Untrusted input of the console: signing in, and articles."""

from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _
from typing_extensions import override
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.forms.models import WagtailAdminModelForm

from genkan.console.access import Caller, may_enter
from genkan.console.choices import interest_choices, kind_choices, municipality_choices
from genkan.delivery.api import OLDEST, Category, plain

EDITIONS = (("title_ja_easy", "body_ja_easy"), ("title_en", "body_en"))


class SignInForm(LoginForm):  # type: ignore[misc]  # Wagtail ships no types
    """Address and password of a staff account; tries are limited as on the portal (allauth)."""

    error_messages: ClassVar[dict[str, Any]] = {
        **LoginForm.error_messages,
        "invalid_login": _("The e-mail address and the password do not belong together."),
        "not_staff": _(
            "This is the account of a resident. The console takes accounts of staff only: "
            "please use the portal, or sign in with your staff account."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's shape
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label=_("E-mail address"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        )
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}

    @override
    def clean(self) -> dict[str, Any]:
        email = self.cleaned_data.get("username")
        password = self.cleaned_data.get("password")
        if email and password:
            adapter = get_adapter(self.request)
            self.user_cache = adapter.authenticate(self.request, email=email, password=password)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
        return dict(self.cleaned_data)

    @override
    def confirm_login_allowed(self, user: Caller) -> None:
        super().confirm_login_allowed(user)
        if not may_enter(user):
            raise forms.ValidationError(self.error_messages["not_staff"], code="not_staff")


class Checkboxes(forms.CheckboxSelectMultiple):
    """Checkboxes under headings, in columns."""

    template_name = "console/checkboxes.html"


class ArticleForm(WagtailAdminModelForm):  # type: ignore[misc]  # Wagtail ships no types
    """An article; a draft may lack what publishing needs, but holds nothing impossible."""

    category = forms.ChoiceField(
        label=_("kind"),
        choices=kind_choices,
        initial=Category.NOTICE,
        help_text=_("What the article asks of its reader."),
    )
    municipalities = forms.MultipleChoiceField(
        label=_("municipalities"),
        choices=municipality_choices,
        widget=Checkboxes,
        required=False,
        help_text=_("Tick none to reach everybody. A city includes its wards."),
    )
    interests = forms.MultipleChoiceField(
        label=_("interests"),
        choices=interest_choices,
        widget=Checkboxes,
        required=False,
        help_text=_("Tick none to reach everybody. One shared interest is enough."),
    )
    min_age = forms.IntegerField(label=_("age from"), required=False, min_value=0, max_value=OLDEST)
    max_age = forms.IntegerField(label=_("age to"), required=False, min_value=0, max_value=OLDEST)

    @override
    def clean(self) -> dict[str, Any]:
        super().clean()
        self._ages_in_order()
        if not self.is_deferred_validation:
            for title, body in EDITIONS:
                self._edition_is_whole(title, body)
            self._has_words("body_ja")
        return dict(self.cleaned_data)

    def _ages_in_order(self) -> None:
        low, high = self.cleaned_data.get("min_age"), self.cleaned_data.get("max_age")
        if low is not None and high is not None and low > high:
            self.add_error("max_age", _("This age must not be below the age it begins from."))

    def _edition_is_whole(self, title: str, body: str) -> None:
        """An edition has a title and a text, or neither."""
        has_title = bool(self.cleaned_data.get(title))
        has_body = bool(plain(self.cleaned_data.get(body) or ""))
        if has_title and not has_body:
            self.add_error(body, _("Write the text in this language too, or remove its title."))
        if has_body and not has_title:
            self.add_error(title, _("Write the title in this language too, or remove its text."))

    def _has_words(self, body: str) -> None:
        if body not in self.errors and not plain(self.cleaned_data.get(body) or ""):
            self.add_error(body, _("Write the text."))
