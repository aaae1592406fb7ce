"""Pages that use every component, and views that refuse and fail; for the tests of ui alone."""

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_POST

from genkan.kernel.errors import NotFound
from genkan.ui import csp
from genkan.ui.answers import see_other
from genkan.ui.callers import (
    for_account,
    for_any_resident,
    for_everybody,
    for_operator,
    for_partner,
    for_resident,
)
from genkan.ui.errors import BadRequest, TooManyRequests, Unavailable

MOMENT = datetime(2026, 7, 15, 9, 5, tzinfo=UTC)
ICONS = [
    "arrow",
    "bell",
    "check",
    "clock",
    "close",
    "error",
    "info",
    "link",
    "menu",
    "person",
    "shield",
    "stop",
    "warning",
]


class ProfileForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, initial="t")
    name = forms.CharField(
        label="氏名",
        help_text="戸籍のとおりでなくてもかまいません。",
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    name_kana = forms.CharField(label="氏名（フリガナ）", help_text="全角カタカナ")
    postal_code = forms.RegexField(
        r"^\d{7}$",
        label="郵便番号",
        error_messages={"invalid": "7桁の数字で入力してください。"},
        widget=forms.TextInput({"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    prefecture = forms.ChoiceField(label="都道府県", choices=[("27", "大阪府"), ("28", "兵庫県")])
    sex = forms.ChoiceField(
        label="性別",
        required=False,
        choices=[("1", "男"), ("2", "女"), ("0", "答えない")],
        widget=forms.RadioSelect,
        help_text="制度上必要なサービスだけに渡されます。",
    )
    interests = forms.MultipleChoiceField(
        label="関心のあること",
        choices=[("childcare", "子育て"), ("disaster", "防災"), ("health", "健康")],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label="メモ", required=False, widget=forms.Textarea({"rows": 3}))
    agree = forms.BooleanField(
        label="利用規約に同意します", help_text="お読みになってから選んでください。"
    )

    def clean(self):
        if self.cleaned_data.get("note") == "bad":
            raise forms.ValidationError("メモを確認してください。")


@for_everybody
def landing(request):
    return render(request, "showcase/landing.html")


@for_everybody
def profile_form(request):
    form = ProfileForm(request.POST or None)
    if form.is_bound and form.is_valid():
        return HttpResponse("saved")
    return render(
        request, "showcase/form.html", {"form": form}, status=422 if form.is_bound else 200
    )


@for_everybody
def consent(request):
    response = render(request, "showcase/consent.html")
    csp.allow_forms_to(response, "http://127.0.0.1:9100/callback?x=1")
    return response


@for_everybody
def home(request):
    return render(request, "showcase/home.html", {"moment": MOMENT})


@for_everybody
def timeline(request):
    messages.success(request, "停止しました。")
    return render(request, "showcase/timeline.html", {"moment": MOMENT, "icons": ICONS})


@require_POST
@for_everybody
def stop(request):
    return HttpResponse("stopped")


@for_account
def account_page(request, account):
    return JsonResponse({"account": str(account)})


@for_resident
def resident_page(request, resident, number=0):
    return JsonResponse({"resident": str(resident), "number": number})


@for_any_resident
def any_resident_page(request, resident):
    return JsonResponse({"resident": str(resident)})


@for_operator
def operator_page(request, account):
    return JsonResponse({"account": str(account)})


@for_partner
def machine(request):
    raise BadRequest(field="client_id")


@for_everybody
def hand_over(request):
    """Show a button whose deed ends at another origin, as the consent page does."""
    to = request.GET["to"]
    if request.method == "POST":
        return see_other(to)
    response = render(request, "showcase/hand_over.html", {"to": to})
    if request.GET.get("named"):
        csp.allow_forms_to(response, to)
    return response


@for_everybody
def live(request):
    return render(request, "showcase/live.html")


@for_everybody
def lookup(request):
    if request.GET.get("code") == "slow":
        raise TooManyRequests
    found = request.GET.get("code") == "5408570"
    return HttpResponse(
        "大阪市中央区大手前" if found else "見つかりません", status=200 if found else 422
    )


@for_everybody
def begin(request):
    request.session["seen"] = True
    return HttpResponse("begun")


@for_everybody
def cached(request):
    return HttpResponse("kept", headers={"Cache-Control": "max-age=60"})


def raising(fault):
    @for_everybody
    def view(request):
        raise fault

    return view


urlpatterns = [
    path("", landing, name="landing"),
    path("", include("genkan.ui.urls")),
    path("form", profile_form, name="form"),
    path("consent", consent, name="consent"),
    path("home", home, name="home"),
    path("timeline", timeline, name="timeline"),
    path("stop", stop, name="stop"),
    path("hand-over", hand_over),
    path("live", live),
    path("lookup", lookup),
    path("begin", begin),
    path("cached", cached),
    path("account", account_page),
    path("resident/<int:number>", resident_page),
    path("any-resident", any_resident_page),
    path("operator", operator_page),
    path("machine", machine),
    path("console/page", landing),
    path("missing", raising(NotFound())),
    path("slow-down", raising(TooManyRequests())),
    path("closed", raising(Unavailable())),
    path("denied", raising(PermissionDenied())),
    path("suspicious", raising(SuspiciousOperation("bad"))),
    path("broken", raising(ZeroDivisionError("personal detail"))),
]

handler400 = "genkan.ui.views.bad_request"
handler403 = "genkan.ui.views.forbidden"
handler404 = "genkan.ui.views.not_found"
handler500 = "genkan.ui.views.server_error"
handler429 = "genkan.ui.views.too_many_requests"
