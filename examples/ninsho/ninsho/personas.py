"""Invented people with cards. Nobody here exists; the blocks of the addresses do not either."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """What a card says: the four items as printed, a reading where the register has one.

    Attributes:
        birthdate: `YYYYMMDD`; what is unknown is 00.
        gender: 1 male, 2 female, 3 as printed otherwise.
    """

    key: str
    name: str
    address: str
    birthdate: str
    gender: str
    about: str
    name_kana: str = ""

    def claims(self, scopes: frozenset[str]) -> dict[str, str]:
        """The claims that these scopes give."""
        known = {
            "name": self.name,
            "address": self.address,
            "birthdate": self.birthdate,
            "gender": self.gender,
        }
        given = {name: value for name, value in known.items() if name in scopes}
        if self.name_kana and "name" in scopes:
            given["name_kana"] = self.name_kana
        return given


PERSONAS = {
    persona.key: persona
    for persona in (
        Persona(
            key="h07",
            name="上田　祥子",
            name_kana="ウエダ　シヨウコ",
            address="大阪府守口市京阪本通２丁目９９９番地",
            birthdate="19620814",
            gender="2",
            about="読みが小さい「ョ」でなく「ヨ」で登録されている人",
        ),
        Persona(
            key="h01",
            name="髙橋　𠮷男",
            address="大阪府豊中市中桜塚３丁目９９９番地",
            birthdate="19710309",
            gender="1",
            about="氏名に異体字がある人",
        ),
        Persona(
            key="h08",
            name="奥村　キヌ",
            address="大阪府岸和田市岸城町９９９９番",
            birthdate="19450000",
            gender="2",
            about="生まれた月日が分からない人",
        ),
        Persona(
            key="h01-moved",
            name="高橋　吉男",
            address="大阪府吹田市泉町１丁目９９９番地",
            birthdate="19710309",
            gender="1",
            about="H01 と同じ人。引っ越して、字も違う",
        ),
        Persona(
            key="stranger",
            name="見本　花子",
            address="大阪府池田市城南１丁目９９９番地",
            birthdate="19850505",
            gender="2",
            about="だれでもない別の人",
        ),
    )
}
