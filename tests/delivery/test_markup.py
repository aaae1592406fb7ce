"""What of rich text reaches a reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.delivery.domain.markup import from_markdown, plain, safe_html, summary
from genkan.kernel.text.characters import graphemes

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt&colon;alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<p style="background:url(javascript:alert(1))">x</p>',
    '<iframe src="https://evil.example"></iframe>',
    '<form action="https://evil.example"><input name="password"></form>',
    "<p onmouseover=alert(1)>x</p>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '<object data="x"></object><embed src="x">',
    "<style>*{display:none}</style>",
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "<ScRiPt\x00>alert(1)</ScRiPt>",
]
FORBIDDEN = ["<script", "<img", "<svg", "<iframe", "<form", "<input", "<style", "<meta"]
FORBIDDEN += [
    "javascript:",
    "data:text",
    "onerror=",
    "onload=",
    "onmouseover=",
    "style=",
    "<object",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_survives(attack):
    cleaned = safe_html(attack).lower()

    assert [word for word in FORBIDDEN if word in cleaned] == []


@given(text=st.text(alphabet=st.sampled_from("<>/=\"' abonscriptimgd:&;#x\x00\n"), max_size=60))
def test_cleaned_text_stays_as_it_is_when_cleaned_again(text):
    once = safe_html(text)

    assert safe_html(once) == once
    assert "<script" not in once.lower()


def test_what_the_editor_offers_and_readings_pass():
    kept = (
        "<h3>見出し</h3><p><b>太</b><i>斜</i><br>行</p><ul><li>一</li></ul><ol><li>二</li></ol>"
        "<hr><p><ruby>玄関<rt>げんかん</rt></ruby></p>"
    )

    assert safe_html(kept) == kept


def test_a_link_is_kept_and_given_no_power_over_the_page():
    assert safe_html('<a href="https://city.example/" target="_blank">市</a>') == (
        '<a href="https://city.example/" rel="noopener noreferrer">市</a>'
    )


def test_words_leave_out_markup_readings_and_scripts():
    source = "<h3>防災</h3><p><ruby>玄関<rt>げんかん</rt></ruby>&amp;鍵</p><script>x</script>"

    assert plain(source) == "防災 玄関&鍵"


@given(text=st.text(max_size=200), limit=st.integers(2, 50))
def test_a_summary_is_never_longer_than_asked(text, limit):
    assert len(graphemes(summary(text, limit=limit))) <= limit


def test_a_summary_ends_before_the_first_list_or_heading():
    source = "<p>訓練の日の午前10時に鳴ります。</p><ul><li>まず低く</li></ul><p>あとで</p>"
    assert summary(source) == "訓練の日の午前10時に鳴ります。"
    assert summary("<h3>持ち物</h3><ul><li>申込書</li></ul>") == "持ち物 申込書"


def test_a_summary_ends_between_words():
    assert summary("<p>You can now apply for a place</p>", limit=18) == "You can now apply…"
    assert summary("<p>You can now apply for a place</p>", limit=17) == "You can now…"


def test_a_summary_never_parts_a_character_from_its_variation():
    name = "渡\U000e0101"

    assert summary(name * 5, limit=3) == name * 2 + "…"


def test_html_in_markdown_stays_text():
    assert from_markdown("**a** <script>x</script>") == (
        "<p><strong>a</strong> &lt;script&gt;x&lt;/script&gt;</p>"
    )
