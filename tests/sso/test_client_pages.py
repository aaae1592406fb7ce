"""What a client says about itself is linked where residents decide, and loads nothing (P0.14)."""

from tests.sso.stage import Service

PAGES = {
    "client_uri": "https://shinsei.example/about",
    "policy_uri": "https://shinsei.example/privacy?a=1&b=2",
    "tos_uri": "https://shinsei.example/terms",
    "logo_uri": "https://shinsei.example/logo.png",
}


def test_the_pages_of_a_client_are_links_and_its_picture_is_not_loaded(resident):
    service = Service(metadata=PAGES)

    page = resident.browser.get(service.address(), follow=True).content.decode()

    for name in ("client_uri", "policy_uri", "tos_uri"):
        assert f'href="{PAGES[name].replace("&", "&amp;")}" rel="noopener noreferrer"' in page
    assert "logo.png" not in page


def test_a_client_without_pages_has_no_empty_list(resident, service):
    page = resident.browser.get(service.address(), follow=True).content.decode()

    assert 'rel="noopener noreferrer"' not in page
