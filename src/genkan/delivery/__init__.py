"""Delivery: contents that find the people they are for, and say why.

Words
    article   one piece of information, written by an operator in Japanese and, where there is
              time, in Easy Japanese and English
    audience  the conditions of an article: municipalities, ages, interests; an empty one asks
              nothing, so an article without conditions is public
    facts     what is known of a person that a condition may ask about, and nothing else
    reason    one attribute of a person that a condition used, as shown under 「なぜ届いたか」

Always true
    - Reasons name exactly the attributes that the article's conditions used: no more, no less.
    - A condition is met only if it holds for every date of birth that the person can have; an
      unknown or withheld address meets no condition about municipalities.
    - Drafts, scheduled, withdrawn and expired articles reach nobody, whatever the job queue does.
    - The database and `domain.audience` decide alike; a test runs both on the same people.
    - What an operator writes is cleaned when it is shown, whatever was stored.

Others import `genkan.delivery.api` only.
"""
