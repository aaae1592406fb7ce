"""A small Genkan of the tests' own, written from the interface description and nothing else.

OpenID Provider (discovery, authorize, token, logout), person-data API and certificate endpoint on
loopback. It is strict where the description is strict, so that a sloppy client fails, and it can be
told to answer wrongly, so that a trusting client fails too.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx
from flask import Flask, Response, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from werkzeug.serving import WSGIRequestHandler, make_server

CLIENT_ID = "shinsei-under-test"
SECRET = bytes(range(32))
WEBHOOK_SECRET = "whsec_" + base64.b64encode(SECRET).decode()
AS_OF = "2026-07-15T00:00:00Z"


def value(content, origin="self_declared", as_of=AS_OF):
    return {"value": content, "origin": origin, "as_of": as_of, "verified": False}


@dataclass
class Person:
    """Somebody with an ID at the peer, and what they would share."""

    sub: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    sid: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    items: dict = field(default_factory=dict)
    missing: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    by_representative: bool = False
    provisions: list = field(default_factory=list)


class Quiet(WSGIRequestHandler):
    def log(self, *_line):
        """Addresses with codes in them are no help in a failed test."""


class Peer:
    def __init__(self):
        self.key = _key()
        self.client_keys = None
        self.base_url = None
        self.sent_to_token = []
        self.asked = []
        self.certificates = []
        self.disposals = {}
        self.links = {}
        self.reset()
        app = Flask("peer")
        for rule, view, methods in (
            ("/.well-known/openid-configuration", self.discovery, ["GET"]),
            ("/oauth2/jwks", self.jwks, ["GET"]),
            ("/oauth2/authorize", self.authorize, ["GET"]),
            ("/oauth2/token", self.token, ["POST"]),
            ("/oauth2/logout", self.logout, ["GET"]),
            ("/api/person-data", self.person_data, ["GET"]),
            ("/api/links", self.link, ["POST"]),
            ("/api/links/end", self.end_link, ["POST"]),
            ("/api/links/matters", self.link_matters, ["POST"]),
            ("/api/links/merge", self.merge_links, ["POST"]),
            ("/api/disposals/<disposal>/certificate", self.certificate, ["POST"]),
        ):
            app.add_url_rule(rule, view.__name__, view, methods=methods)
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reset(self):
        """Back to honest answers, nobody at the door."""
        self.visitor = Person()
        self.deny = False
        self.wrong = {}
        self.refusal = None
        self.certificate_faults = []
        self._codes = {}
        self._tokens = {}
        self._assertions = set()
        self.link_faults = []
        self.link_lost = False
        self.matters = {}

    # ---- OpenID Provider

    def discovery(self):
        facts = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/oauth2/authorize",
            "token_endpoint": f"{self.issuer}/oauth2/token",
            "end_session_endpoint": f"{self.issuer}/oauth2/logout",
            "jwks_uri": f"{self.issuer}/oauth2/jwks",
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return facts | self.wrong.get("discovery", {})

    def jwks(self):
        return {"keys": [self.key.as_dict(private=False)]}

    def authorize(self):
        asked = request.args.to_dict()
        self.asked.append(asked)
        good = (
            asked.get("response_type") == "code"
            and asked.get("client_id") == CLIENT_ID
            and asked.get("redirect_uri") == f"{self.base_url}/genkan/callback"
            and asked.get("code_challenge_method") == "S256"
            and len(asked.get("code_challenge", "")) == 43
            and set(asked.get("scope", "").split()) == {"openid", "person_data"}
            and len(asked.get("state", "")) >= 22
            and len(asked.get("nonce", "")) >= 22
        )
        if not good:
            return "a request no provider would accept", 400
        answer = {"state": asked["state"], "iss": self.issuer}
        if self.deny:
            answer |= {"error": "access_denied", "error_description": "the person said no"}
        else:
            code = secrets.token_urlsafe(24)
            self._codes[code] = (self.visitor, asked)
            answer["code"] = code
        answer |= self.wrong.get("response", {})
        answer = {name: sent for name, sent in answer.items() if sent is not None}
        return redirect(f"{asked['redirect_uri']}?{urlencode(answer)}")

    def token(self):
        form = request.form.to_dict()
        self.sent_to_token.append(form)
        if self.wrong.get("token_status"):
            return "the provider is ill", self.wrong["token_status"]
        if not self._client_is_known(form):
            return {"error": "invalid_client"}, 401
        person, asked = self._codes.pop(form.get("code"), (None, {}))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            person is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return {"error": "invalid_grant"}, 400
        access_token = secrets.token_urlsafe(24)
        self._tokens[access_token] = person
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": self.wrong.get("expires_in", 600),
            "id_token": self._id_token(person, asked["nonce"]),
        }

    def _client_is_known(self, form):
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        if form.get("client_assertion_type") != kind:
            return False
        keys = KeySet.import_key_set(self.client_keys)
        token = jwt.decode(form["client_assertion"], keys, algorithms=["ES256"])
        claims, now = token.claims, time.time()
        fresh = claims["jti"] not in self._assertions
        self._assertions.add(claims["jti"])
        return (
            fresh
            and claims["iss"] == claims["sub"] == CLIENT_ID
            and claims["aud"] == self.issuer
            and now < claims["exp"] <= now + 300
        )

    def _id_token(self, person, nonce):
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": person.sub,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "auth_time": now,
            "nonce": nonce,
            "acr": "urn:genkan:acr:password",
            "amr": ["pwd"],
            "sid": person.sid,
        }
        return self._signed("JWT", claims, self.wrong.get("id_token", {}))

    def logout(self):
        asked = request.args.to_dict()
        self.asked.append(asked)
        back = {"state": asked["state"]}
        return redirect(f"{asked['post_logout_redirect_uri']}?{urlencode(back)}")

    # ---- person data

    def person_data(self):
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        person = self._tokens.get(token)
        if person is None or self.refusal == "invalid_token":
            return {"error": "invalid_token"}, 401
        if self.refusal:
            return {"error": self.refusal, "error_description": "not for the page"}, 403
        now, provision = int(time.time()), secrets.token_hex(16)
        person.provisions.append(provision)
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": person.sub,
            "iat": now,
            "exp": now + 300,
            "jti": secrets.token_urlsafe(16),
            "purpose": "P3",
            "offer": {"id": secrets.token_hex(16), "version": 1},
            "consent": f"consent-of-{person.sub}",
            "provision": provision,
            "items": person.items,
            "missing": person.missing,
            "refused": person.refused,
            "by_representative": person.by_representative,
        }
        token = self._signed("person-data+jwt", claims, self.wrong.get("person_data", {}))
        return Response(token, content_type="application/jwt")

    def _signed(self, typ, claims, wrong):
        """Sign as described, or with what a test wants to be wrong: claims, header, key."""
        header = {"alg": "ES256", "typ": typ, "kid": self.key.kid} | wrong.get("header", {})
        changed = {**claims, **wrong.get("claims", {})}
        changed = {name: content for name, content in changed.items() if content is not None}
        if header["alg"] == "none":
            return ".".join([_b64(header), _b64(changed), ""])
        key = wrong.get("key", self.key)
        return jwt.encode(header, changed, key, algorithms=[header["alg"]])

    # ---- signing out

    def logout_token(self, person, **wrong):
        """A logout token as Back-Channel Logout 1.0 describes it, or with what is wrong in it."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": person.sub,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(12),
            "sid": person.sid,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        }
        return self._signed("logout+jwt", claims, wrong)

    def sign_out(self, token):
        return httpx.post(f"{self.base_url}/backchannel-logout", data={"logout_token": token})

    # ---- linked accounts

    def _link_form(self):
        """The form of a client that proved itself, or what it is answered instead."""
        form = request.form.to_dict()
        if self.link_faults and (fault := self.link_faults.pop(0)):
            return None, ("the provider is ill", fault)
        if not self._client_is_known(form):
            return None, ({"error": "invalid_client"}, 401)
        if not re.fullmatch(r"[A-Za-z0-9._~:-]{8,128}", form.get("account", "")):
            return None, ({"error": "invalid_request"}, 400)
        return form, None

    def link(self):
        form, refused = self._link_form()
        if refused:
            return refused
        token = jwt.decode(form["id_token"], self.key, algorithms=["ES256"])
        account, sub = form["account"], token.claims["sub"]
        assert form["proof"] in {"password", "session", "new"}
        if self.links.get(account, sub) != sub:
            return self._conflict("account_of_another")
        if any(one == sub and other != account for other, one in self.links.items()):
            return self._conflict("another_account")
        is_new = account not in self.links
        self.links[account] = sub
        self.matters[account] = int(form["open_matters"])
        if self.link_lost:
            self.link_lost = False
            return "the answer is lost on the way", 502
        return {"state": "linked", "sub": sub}, 201 if is_new else 200

    def _conflict(self, reason):
        told = {"error": "link_conflict", "genkan_error": "link_conflict", "reason": reason}
        return told | {"conflict": secrets.token_hex(16)}, 409

    def end_link(self):
        form, refused = self._link_form()
        if refused:
            return refused
        self.links.pop(form["account"], None)
        return {"state": "unlinked"}

    def link_matters(self):
        form, refused = self._link_form()
        if refused:
            return refused
        self.matters[form["account"]] = int(form["open_matters"])
        return {"state": "linked"}

    def merge_links(self):
        form, refused = self._link_form()
        if refused:
            return refused
        if form["account"] in self.links and form["into"] in self.links:
            return self._conflict("merged")
        if form["account"] in self.links:
            self.links[form["into"]] = self.links.pop(form["account"])
        return {"state": "linked"}

    # ---- disposal

    def certificate(self, disposal):
        if self.certificate_faults:
            return {"error": "out_of_order"}, self.certificate_faults.pop(0)
        if request.mimetype != "application/jwt":
            return {"error": "invalid_certificate"}, 415
        sent = request.get_data(as_text=True)
        token = jwt.decode(sent, KeySet.import_key_set(self.client_keys), algorithms=["ES256"])
        wanted, claims, now = self.disposals.get(disposal), token.claims, time.time()
        good = (
            token.header["typ"] == "disposal-certificate+jwt"
            and "kid" in token.header
            and claims["iss"] == claims["sub"] == CLIENT_ID
            and claims["aud"] == self.issuer
            and now - 30 < claims["iat"] < claims["exp"] <= claims["iat"] + 600
            and claims["disposal"] == disposal
            and sorted(claims["provisions"]) == sorted(wanted)
            and claims["outcome"] == "disposed"
            and claims["method"] in {"erased", "overwritten", "crypto_shredded"}
            and all(claims[name] for name in ("jti", "copies", "completed_at", "responsible"))
        )
        if not good:
            return {"error": "invalid_certificate"}, 400
        earlier = [kept for kept in self.certificates if kept[0] == disposal]
        if earlier and earlier[0][1] != sent:
            return {"error": "already_certified"}, 409
        if not earlier:
            self.certificates.append((disposal, sent, claims))
        return {"disposal": disposal, "state": "certified"}, 200 if earlier else 201

    def certified(self, disposal):
        return [claims for kept, _, claims in self.certificates if kept == disposal]

    # ---- webhooks

    def request_disposal(self, person, *, provisions=None, disposal=None, **sending):
        """Ask for everything of this person back. Returns the disposal and the answer."""
        disposal = disposal or secrets.token_hex(16)
        listed = person.provisions if provisions is None else provisions
        self.disposals[disposal] = list(listed)
        data = {
            "disposal": disposal,
            "sub": person.sub,
            "reason": "consent_withdrawn",
            "due_at": "2026-08-15T00:00:00Z",
            "provisions": [{"id": one, "released_at": AS_OF, "items": ["name"]} for one in listed],
            "certificate_url": f"{self.issuer}/api/disposals/{disposal}/certificate",
        } | sending.pop("data", {})
        return disposal, self.send("disposal.requested", data, **sending)

    def send(self, kind, data, *, message=None, at=None, secret=SECRET, body=None, headers=None):
        """A webhook as Standard Webhooks describes it, signed by hand."""
        message = message or f"msg_{secrets.token_hex(8)}"
        stamp = str(int(time.time() if at is None else at))
        if body is None:
            body = json.dumps({"type": kind, "timestamp": AS_OF, "data": data}).encode()
        mac = hmac.new(secret, f"{message}.{stamp}.".encode() + body, hashlib.sha256).digest()
        sent = {
            "Content-Type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": stamp,
            "webhook-signature": "v1," + base64.b64encode(mac).decode(),
        } | (headers or {})
        return httpx.post(f"{self.base_url}/webhooks/genkan", content=body, headers=sent)


def _key():
    return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)


def _b64(document):
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
