"""What a new text says otherwise than the old one."""

from hypothesis import given
from hypothesis import strategies as st

from genkan.terms.comparison import compare

OLD = """## 第1条 住民ID

1. 住民IDは一人に一つです。貸すことはできません。
2. **やめる**ことができます。

## 第2条 消去

30日後に消します。

| 項目 | 必要か |
|---|---|
| 氏名 | 必須 |
"""


def told(new):
    """Headings with what changed under them: - removed, + added, = same."""
    signs = {"same": "=", "removed": "-", "added": "+"}
    return [
        (
            section.heading,
            [
                [signs[piece.change] + piece.text for piece in paragraph.pieces]
                for paragraph in section.paragraphs
            ],
        )
        for section in compare(OLD, new, locale="ja").sections
    ]


def test_same_text_has_no_changes():
    assert told(OLD) == []


def test_changed_sentence_stands_beside_the_ones_that_stay():
    new = OLD.replace("貸すことはできません。", "貸すことも譲ることもできません。")

    assert told(new) == [
        (
            "第1条 住民ID",
            [
                [
                    "=1. 住民IDは一人に一つです。",
                    "-貸すことはできません。",
                    "+貸すことも譲ることもできません。",
                ]
            ],
        )
    ]


def test_new_paragraph_and_lost_paragraph_are_whole():
    new = OLD.replace("2. **やめる**ことができます。", "").replace(
        "30日後に消します。", "30日後に消します。\n\n消したことを知らせます。"
    )

    assert told(new) == [
        ("第1条 住民ID", [["-2. やめることができます。"]]),
        ("第2条 消去", [["+消したことを知らせます。"]]),
    ]


def test_row_of_a_table_is_read_as_a_line():
    assert told(OLD.replace("| 氏名 | 必須 |", "| 氏名 | 任意 |")) == [
        ("第2条 消去", [["-氏名 / 必須", "+氏名 / 任意"]])
    ]


def test_heading_that_changes_is_a_change():
    assert told(OLD.replace("第2条 消去", "第2条 廃棄")) == [
        ("第2条 廃棄", [["-第2条 消去", "+第2条 廃棄"]])
    ]


lines = st.lists(st.text("あいう。a. ", min_size=1, max_size=12).map(str.strip).filter(bool))


@given(lines, lines)
def test_old_and_new_can_be_read_from_the_comparison(old, new):
    """What stays and goes is the old text's, what stays and comes is the new text's."""
    found = compare("\n".join(old), "\n".join(new), locale="ja")
    pieces = [piece for one in found.sections for part in one.paragraphs for piece in part.pieces]

    assert {"".join(p.text.split()) for p in pieces if p.change == "added"} <= parts_of(new)
    assert {"".join(p.text.split()) for p in pieces if p.change == "removed"} <= parts_of(old)
    assert (not found.sections) == (old == new)


def parts_of(text):
    """Everything that stands in one of these lines, without spaces."""
    joined = ["".join(line.split()) for line in text]
    return {
        line[start:end]
        for line in joined
        for start in range(len(line))
        for end in range(start + 1, len(line) + 1)
    }
