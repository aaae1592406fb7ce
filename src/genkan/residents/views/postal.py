"""From a postal code to a town: as data, and as the fields of a form for htmx."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock
from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import AccountId
from genkan.kernel.text import addresses
from genkan.residents.errors import NotAPostalCode
from genkan.residents.forms.profile import ProfileForm
from genkan.ui import languages
from genkan.ui.callers import for_account


@require_http_methods(["GET", "POST"])
@for_account
def postal_code(request: HttpRequest, account: AccountId) -> HttpResponse:
    """Answer what a postal code says.

    GET with `code` answers JSON; POST with the fields of an address answers these fields, filled
    in, so that nothing a person typed travels in an address.
    """
    if request.method == "GET":
        digits = addresses.postal_code_of(request.GET.get("code", ""))
        if digits is None:
            raise NotAPostalCode(field="code")
        return JsonResponse({"places": [_place(place) for place in addresses.lookup(digits)]})
    form = ProfileForm(
        request.POST,
        today=day_in_japan(clock.now()),
        language=languages.current(),
        items=["address"],
    )
    context = {"form": form.with_places()}
    return render(request, "residents/parts/address.html", context)


def _place(place: addresses.Place) -> dict[str, str]:
    return {
        "postal_code": place.postal_code,
        "prefecture": place.prefecture,
        "municipality": place.municipality,
        "lg_code": place.lg_code,
        "town": place.town,
    }
