"""Catalogue: what each item of data is, why it is asked, and what it may be used for.

Words
    item      one kind of data about a resident, such as the name in kana; the unit of consent
    purpose   one of the five purposes P1-P5 for which data may be provided to a partner (M32)
    wording   the same sentence in Japanese, Easy Japanese and English

Always true
    - Items and purposes are configuration (`data/*.toml`), complete in three languages, or Genkan
      does not start; pages, consent and registers read them from here and nowhere else.
    - A purpose allows nothing outside the half-open interval [valid_from, valid_until).

Others import `genkan.catalogue.api` only.
"""
