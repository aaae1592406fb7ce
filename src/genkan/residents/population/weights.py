"""The shares of the crowd, in thousandths unless a comment says otherwise. Source: POPULATION.md 3.

They are made to resemble the prefecture; they are design weights, not statistics.
"""

from collections.abc import Mapping

from genkan.residents.population.shape import Sex, SignsInBy

# fmt: off
PLACES: Mapping[str, int] = {
    # 41 cities, towns and the village: 595
    "272027": 22, "272035": 45, "272043": 12, "272051": 44, "272060": 8, "272078": 40,
    "272086": 10, "272094": 16, "272108": 45, "272116": 33, "272124": 30, "272132": 11,
    "272141": 12, "272159": 26, "272167": 11, "272175": 13, "272183": 13, "272191": 21,
    "272205": 15, "272213": 8, "272221": 12, "272230": 14, "272248": 10, "272256": 6,
    "272264": 7, "272272": 56, "272281": 7, "272299": 6, "272302": 8, "272311": 7, "272329": 6,
    "273015": 3, "273210": 2, "273228": 1, "273414": 2, "273619": 5, "273627": 2, "273660": 2,
    "273813": 1, "273821": 2, "273830": 1,
    # 24 wards of 大阪市: 312
    "271021": 12, "271039": 9, "271047": 7, "271063": 12, "271071": 9, "271080": 7, "271098": 9,
    "271110": 9, "271136": 11, "271144": 20, "271152": 10, "271161": 14, "271179": 10,
    "271187": 19, "271195": 13, "271209": 17, "271217": 14, "271225": 12, "271233": 21,
    "271241": 13, "271250": 14, "271268": 22, "271276": 16, "271284": 12,
    # 7 wards of 堺市: 93
    "271411": 17, "271420": 14, "271438": 10, "271446": 15, "271454": 15, "271462": 18,
    "271471": 4,
}
# fmt: on
"""Thousandths by local government code."""

OUTSIDE: Mapping[str, int] = {"262102": 2, "282022": 3, "282171": 2, "292095": 2, "302031": 1}
"""Where those live who only work or learn in the prefecture; parts of one another."""

AGES: Mapping[tuple[int, int], int] = {
    (0, 5): 43,
    (6, 11): 47,
    (12, 14): 25,
    (15, 17): 25,
    (18, 29): 128,
    (30, 44): 172,
    (45, 64): 285,
    (65, 74): 125,
    (75, 84): 105,
    (85, 104): 45,
}
"""Thousandths by least and greatest age."""

SEXES: Mapping[Sex, int] = {"1": 430, "2": 460, "9": 108, "0": 2}

NAME_KINDS: Mapping[str, int] = {
    "kanji": 920,
    "kana_given": 25,
    "variant": 10,
    "non_bmp": 2,
    "romaji": 38,
    "mononym": 1,
    "kana": 4,
}

LANGUAGES: Mapping[str, int] = {
    "ja": 900,
    "ja-easy": 35,
    "en": 15,
    "zh-Hans": 15,
    "vi": 12,
    "ko": 8,
    "ne": 5,
    "pt": 3,
    "tl": 3,
    "id": 2,
    "zh-Hant": 1,
    "es": 1,
}

INTEREST_SHARES: Mapping[str, int] = {
    "childcare": 220,
    "education": 190,
    "welfare": 210,
    "health": 260,
    "disability": 60,
    "disaster": 330,
    "tax": 240,
    "housing": 130,
    "work": 150,
    "culture": 230,
    "events": 250,
    "environment": 180,
    "international": 60,
    "transport": 140,
}

INTEREST_AGES: Mapping[str, tuple[int, int]] = {
    "childcare": (30, 44),
    "education": (30, 49),
    "welfare": (50, 104),
    "health": (45, 104),
    "tax": (25, 64),
    "housing": (25, 44),
    "work": (20, 59),
    "events": (18, 44),
    "environment": (40, 104),
}
"""Ages that lean to an interest; the others lean to none. 国際・多文化 leans to languages."""

PICKS_NOTHING = 0.2 * 2 / 3
"""Probability: 20 % pick nothing at registration, a third of those at the first sign-in."""

SIGN_IN: Mapping[SignsInBy, int] = {"passkey": 400, "totp": 150, "password": 350, "counter": 100}

REGISTERED_BY_GUARDIAN = 30
AT_COUNTER_FROM_75 = 60
AT_COUNTER_BEFORE_75 = 40

MAIL_ONLY, MAIL_AND_PUSH, PUSH_ONLY, LETTER_ONLY, NO_CHANNEL = 500, 280, 70, 120, 30
"""Together 1,000: mail 780, web push 350, letters only 120, none 30."""

MOVED_WITHIN_A_YEAR = 20
LIVES_OUTSIDE = 10
PROTECTED = 1
NO_FIXED_ADDRESS = 1
FORMER_FAMILY = 15
ALIAS = 10
BUILDING = 30
HOUSEHOLD_DECLARED = 600
SAME_NAME_AND_BIRTH = 0.5
MAIL_REUSED = 0.5

# Probabilities below are of one, not of a thousand.
PRECISION_MONTH = 0.0002
PRECISION_YEAR = 0.0003
MAIL_FAILS_FOR_GOOD = 0.01
MAIL_FAILS_AT_FIRST = 0.01
MAIL_OLD_CARRIER = 0.001
BORN_ON_1_OR_2_APRIL = 0.012
BORN_ON_29_FEBRUARY = 0.003
