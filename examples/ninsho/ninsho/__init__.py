"""にんしょう: a stand-in for the Digital Agency's authentication app (デジタル認証アプリ).

It plays the OpenID Provider that a portal meets when somebody holds a My Number Card to a phone:
the tester chooses an invented person instead of a card, and may choose what goes wrong. It is
strict, so that a client which is accepted here has done what the real one asks; README.md says what
is documented and what is our assumption. It keeps everything in memory and knows no real person.
"""
