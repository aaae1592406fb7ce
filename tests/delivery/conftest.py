"""Articles and the moment at which they are read."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from genkan.delivery.models import ArticleRow
from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.models import Account
from genkan.terms import api as terms

NOON = datetime(2026, 7, 15, 3, 0, tzinfo=UTC)
TOYONAKA, OSAKA, KITA_KU, SAKAI, SAKAI_KITA_KU = "272035", "271004", "271276", "271403", "271462"
ADDRESS = {
    "postal_code": "5600003",
    "prefecture": "大阪府",
    "municipality": "豊中市",
    "lg_code": TOYONAKA,
    "town": "東豊中町",
    "street": "三丁目999番地",
    "building": None,
    "full": "大阪府豊中市東豊中町三丁目999番地",
}


def an_article(*, ago=timedelta(days=1), now=NOON, **changes):
    """Store a published article without conditions; `changes` are its columns."""
    values = {
        "title_ja": "お知らせ",
        "body_ja": "<p>本文です。</p>",
        "live": True,
        "first_published_at": now - ago,
    }
    return ArticleRow.objects.create(**{**values, **changes})


@pytest.fixture
def article(db):
    return an_article


class Reader:
    """A resident at a browser: 36 years old, lives in 豊中市, interested in raising children."""

    def __init__(self, **values):
        for draft in terms.drafts():
            terms.publish(draft, now=clock.now())
        email = "reader@resident.example"
        contents = {
            "name": {"full": "岡 真理"},
            "name_kana": {"full": "オカ マリ"},
            "birthdate": "1990-02-11",
            "address": ADDRESS,
        }
        self.id = residents.create(
            residents.NewResident(
                id=ResidentId(uuid4()),
                email=email,
                password_hash=None,
                values={**contents, **values},
                interests=frozenset({"childcare"}),
            ),
            now=clock.now(),
        )
        self.client = Client()
        self.client.force_login(
            Account.objects.get(email=email), "django.contrib.auth.backends.ModelBackend"
        )


@pytest.fixture
def reader(db):
    return Reader()
