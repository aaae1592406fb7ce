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
    Interest("childcare", Wording("子育て", "子どもを 育てる", "Raising children")),
    Interest("education", Wording("教育・学校", "勉強・学校", "Education and schools")),
    Interest("welfare", Wording("福祉・介護", "お年寄りや 困った 人の 手伝い", "Welfare and care")),
    Interest("health", Wording("健康・医療", "体・病院", "Health and medicine"), sensitive=True),
    Interest(
        "disability",
        Wording("障がい支援", "障がいの ある 人の 手伝い", "Support for people with disabilities"),
        sensitive=True,
    ),
    Interest("disaster", Wording("防災", "地震や 台風の 準備", "Disaster preparedness")),
    Interest("tax", Wording("税・手続き", "税金・役所の 手続き", "Taxes and procedures")),
    Interest("housing", Wording("住まい", "住む 家", "Housing")),
    Interest("work", Wording("仕事・起業", "仕事・会社を 作る", "Work and starting a business")),
    Interest("culture", Wording("文化・スポーツ", "文化・運動", "Culture and sports")),
    Interest("events", Wording("観光・イベント", "旅行・お祭り", "Sightseeing and events")),
    Interest("environment", Wording("環境・ごみ", "自然・ごみ", "Environment and waste")),
    Interest("international", Wording("国際・多文化", "外国の 文化", "International life")),
    Interest("transport", Wording("交通", "電車・バス・道", "Transport")),
)

INTERESTS: Mapping[str, Interest] = MappingProxyType({one.key: one for one in _ALL})
"""All interests by key, in the order of the picker."""
