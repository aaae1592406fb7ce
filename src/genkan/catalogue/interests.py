"""What residents can say they are interested in: version 1 of the taxonomy (M04).

Order is the order of the picker. A sensitive interest reveals health or disability: it never makes
a segment below k and leaves only under a consent item of its own. Source: POPULATION.md 3.3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from genkan.catalogue.domain import Wording

TAXONOMY_VERSION = 1


@dataclass(frozen=True, slots=True)
class Interest:
    """One category; `key` is stored, the name is what people read."""

    key: str
    name: Wording
    sensitive: bool = False


_ALL = (
    Interest("childcare", Wording("子育て", "こどもを そだてる", "Raising children")),
    Interest("education", Wording("教育・学校", "べんきょう・がっこう", "Education and schools")),
    Interest(
        "welfare",
        Wording("福祉・介護", "おとしよりや こまった ひとの てつだい", "Welfare and care"),
    ),
    Interest(
        "health", Wording("健康・医療", "からだ・びょういん", "Health and medicine"), sensitive=True
    ),
    Interest(
        "disability",
        Wording(
            "障がい支援",
            "しょうがいの ある ひとの てつだい",
            "Support for people with disabilities",
        ),
        sensitive=True,
    ),
    Interest("disaster", Wording("防災", "じしんや たいふうの じゅんび", "Disaster preparedness")),
    Interest("tax", Wording("税・手続き", "ぜいきん・やくしょの てつづき", "Taxes and procedures")),
    Interest("housing", Wording("住まい", "すむ いえ", "Housing")),
    Interest(
        "work", Wording("仕事・起業", "しごと・かいしゃを つくる", "Work and starting a business")
    ),
    Interest("culture", Wording("文化・スポーツ", "ぶんか・うんどう", "Culture and sports")),
    Interest("events", Wording("観光・イベント", "りょこう・おまつり", "Sightseeing and events")),
    Interest("environment", Wording("環境・ごみ", "しぜん・ごみ", "Environment and waste")),
    Interest("international", Wording("国際・多文化", "がいこくの ぶんか", "International life")),
    Interest("transport", Wording("交通", "でんしゃ・バス・みち", "Transport")),
)

INTERESTS: Mapping[str, Interest] = MappingProxyType({one.key: one for one in _ALL})
"""All interests by key, in the order of the picker."""
