"""What the portal refuses to believe of the card app, and what it forgives: without pages."""

from urllib.parse import parse_qs, urlsplit

import pytest

from genkan.kernel import clock, outbound
from genkan.residents import card_client
from tests.residents import cards


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    return tmp_path_factory.mktemp("card") / "card-key.json"


@pytest.fixture(scope="module")
def app(key_file):
    with cards.card_app(key_file) as running:
        yield running


@pytest.fixture
def provider(app, key_file):
    return cards.as_provider(app, key_file)


def claims(app, provider, fault="none", persona="h07", **changes):
    """Go there, hold a card, come back and ask for what it says."""
    there = card_client.address(provider, state="s", nonce="n", verifier="v" * 43)
    back = parse_qs(urlsplit(app.hold(there, persona, fault)).query)
    told = {"nonce": "n", "verifier": "v" * 43, "now": clock.now()} | changes
    return card_client.claims_of(provider, back["code"][0], **told)


def test_card_says_the_four_items_and_the_reading(app, provider):
    told = dict(claims(app, provider))

    assert len(told.pop("sub")) == 64
    assert told == {
        "name": "上田　祥子",
        "name_kana": "ウエダ　シヨウコ",
        "address": "大阪府守口市京阪本通２丁目９９９番地",
        "birthdate": "19620814",
        "gender": "2",
    }


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("wrong_issuer", "id_token_iss"),
        ("wrong_audience", "id_token_aud"),
        ("wrong_nonce", "id_token_nonce"),
        ("wrong_algorithm", "id_token_signature"),
        ("no_algorithm", "id_token_signature"),
        ("wrong_key", "id_token_signature"),
        ("expired", "id_token_exp"),
        ("from_the_future", "id_token_iat"),
        ("other_subject", "userinfo_sub"),
    ],
)
def test_answer_that_fails_a_check_is_not_believed(app, provider, fault, check):
    with pytest.raises(card_client.Untrusted, match=f"^{check}$"):
        claims(app, provider, fault)


@pytest.mark.parametrize("fault", ["new_key", "skewed", "no_userinfo"])
def test_new_key_a_clock_a_little_off_and_one_lost_answer_do_no_harm(app, provider, fault):
    assert claims(app, provider, fault)["birthdate"] == "19620814"


@pytest.mark.parametrize("fault", ["slow", "down"])
def test_provider_that_is_slow_or_down_is_not_waited_for(app, provider, fault, monkeypatch):
    monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 0.3)

    with pytest.raises(card_client.Unreachable, match=r"^token$"):
        claims(app, provider, fault)


def test_code_is_good_for_one_use_and_for_its_verifier(app, provider):
    with pytest.raises(card_client.Untrusted, match=r"^token_refused$"):
        claims(app, provider, verifier="w" * 43)


def test_two_portals_get_two_subjects_for_one_card(app, provider, key_file):
    with cards.card_app(key_file) as other:
        theirs = claims(other, cards.as_provider(other, key_file))["sub"]

    assert claims(app, provider)["sub"] == claims(app, provider)["sub"] != theirs


def test_key_that_is_not_registered_is_refused(app, tmp_path):
    card_client.new_key(tmp_path / "other.json")

    with pytest.raises(card_client.Untrusted, match=r"^token_refused$"):
        claims(app, cards.as_provider(app, tmp_path / "other.json"))


@pytest.mark.parametrize(
    "text", ["", "{}", '{"kty": "oct", "k": "AAAA"}'], ids=["no", "json", "oct"]
)
def test_file_without_a_key_is_not_used(app, tmp_path, text):
    (tmp_path / "key.json").write_text(text)
    (tmp_path / "key.json").chmod(0o600)

    with pytest.raises(card_client.KeyUnusable):
        claims(app, cards.as_provider(app, tmp_path / "key.json"))


def test_key_that_others_can_read_is_not_used(app, tmp_path):
    card_client.new_key(tmp_path / "key.json")
    (tmp_path / "key.json").chmod(0o644)

    with pytest.raises(card_client.KeyUnusable):
        claims(app, cards.as_provider(app, tmp_path / "key.json"))


def test_registered_key_is_never_overwritten(tmp_path):
    public = card_client.new_key(tmp_path / "key.json")

    with pytest.raises(FileExistsError):
        card_client.new_key(tmp_path / "key.json")
    assert card_client.public_key(tmp_path / "key.json") == public
    assert "d" not in public
