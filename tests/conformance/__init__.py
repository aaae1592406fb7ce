"""Strangers' relying parties against `genkan serve` over TLS.

Words
    provider    `genkan serve` and `genkan worker` in processes of their own, with an https issuer
    party       software nobody here wrote, that signs residents in: Authlib, npm openid-client
                with jose, Apache mod_auth_openidc
    resident    a person at a browser without scripts, who follows links and fills in forms
    flow        one thing a party does from beginning to end, named as its line is printed

`make conformance` runs all flows on a fresh installation; the same flows are tests of the suite.
"""
