"""SSO: the OpenID Provider. One sign-in opens every linked service.

Words
    client       a program of a linked service that may ask us to sign a resident in
    interaction  what a resident still has to do before a request can be answered; it belongs to
                 the browser that began it, lasts 30 minutes and ends once
    link         one resident has connected one service; without it nothing is told to the service
    code         what the browser carries back: one use, 60 seconds, useless without its verifier
    grant        what one redemption is worth: client, link, scopes, an end; ends with the link
    token        a signed access token, 10 minutes, of a grant; or a refresh token of one
    subject      the name of a resident for one sector of services: others get another

Always true
    - Nothing is sent to an address that is not, character by character, the client's own; a
      client or an address we do not know is told to the resident, never redirected to.
    - Every answer to a client names its issuer (RFC 9207), errors too.
    - Of any number of attempts to redeem a code one succeeds, and a second one ends its tokens.
    - A link, the consent given with it, the ledger entry and the code stand or fall together.
    - What a client learns beyond the subject goes through `consent.api.release` alone.

Order of checks is data: `domain/authorize.py`, `domain/client_proof.py`, `domain/token.py`.
Others import `genkan.sso.api` only.
"""
