// OpenID Connect: sign-in, ID tokens, consent, prompts, refusals, logout.

import assert from 'node:assert/strict'
import { EventEmitter, on } from 'node:events'
import * as jose from 'jose'
import * as client from 'openid-client'
import { ask, received, serving, settings } from './resident.mjs'
import {
  configured, errorOf, issuer, request, signedIn, signedOut, thrown, userinfo,
} from './session.mjs'

// What the party says of an answer that somebody has changed on its way.
async function refusal(changed, checked = {}) {
  const config = await configured()
  const { parameters, checks } = await request()
  const arrival = await ask({ go: client.buildAuthorizationUrl(config, parameters).href })
  const url = new URL(arrival.url)
  changed(url.searchParams)
  const error = await thrown(
    client.authorizationCodeGrant(config, url, { ...checks, ...checked }),
  )
  return `${error.message} ${error.cause?.message ?? ''}`
}

// A server that takes logout tokens in and hands them to the inbox.
function listening(inbox) {
  const { port } = new URL(settings.client.backchannel_logout_uri)
  return serving(async (incoming, answer) => {
    let body = ''
    for await (const chunk of incoming) body += chunk
    answer.setHeader('Cache-Control', 'no-store').end()
    inbox.emit('told', new URLSearchParams(body).get('logout_token'))
  }, Number(port))
}

export const flows = {
  async 'sign-in, consent, ID token, iss, userinfo (private_key_jwt)'() {
    const config = await configured()
    const done = await signedIn(config, { prompt: 'consent' })
    assert.equal(done.arrival.passwords, 1)
    assert.deepEqual(done.arrival.offered.includes('name'), true)
    assert.ok(done.claims.at_hash)
    const told = await userinfo(config, done)
    assert.equal(told.name, '大阪 花子')
  },

  async 'ID token verified by jose'() {
    const config = await configured()
    const { tokens, parameters } = await signedIn(config)
    const keys = jose.createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri))
    const { payload, protectedHeader } = await jose.jwtVerify(tokens.id_token, keys, {
      issuer,
      audience: settings.client.client_id,
      requiredClaims: ['sub', 'iat', 'exp', 'auth_time', 'acr', 'amr', 'sid', 'at_hash'],
      maxTokenAge: '1 minute',
    })
    assert.equal(payload.nonce, parameters.nonce)
    assert.ok(protectedHeader.kid)
  },

  async 'consent denied'() {
    const config = await configured()
    const error = await errorOf(config, { prompt: 'consent' }, { decision: 'deny' })
    assert.equal(error, 'access_denied')
  },

  async 'claims parameter'() {
    const config = await configured()
    const claims = { userinfo: { birthdate: null, given_name: { essential: true }, shoe_size: null } }
    const done = await signedIn(config, {
      scope: 'openid',
      prompt: 'consent',
      claims: JSON.stringify(claims),
    })
    const told = await userinfo(config, done)
    assert.equal(told.birthdate, '1990-04-01')
    assert.equal(told.email, undefined)
    assert.equal(told.shoe_size, undefined)
  },

  async 'prompt=none after a sign-in'() {
    const config = await configured()
    const first = await signedIn(config)
    const again = await signedIn(config, { prompt: 'none' })
    assert.deepEqual([again.arrival.passwords, again.arrival.offered], [0, null])
    assert.equal(again.claims.sub, first.claims.sub)
    assert.equal(again.claims.auth_time, first.claims.auth_time)
  },

  async 'prompt=none with nobody there'() {
    assert.equal(await errorOf(await configured(), { prompt: 'none' }), 'login_required')
  },

  async 'prompt=login and max_age=0'() {
    const config = await configured()
    await signedIn(config)
    for (const more of [{ prompt: 'login' }, { max_age: '0' }]) {
      const { arrival } = await signedIn(config, more)
      assert.equal(arrival.passwords, 1, JSON.stringify(more))
    }
  },

  async 'response_mode=form_post'() {
    const config = await configured()
    const done = await signedIn(config, { response_mode: 'form_post' })
    assert.ok(done.arrival.form.code)
    await userinfo(config, done)
  },

  async 'a wrong state is refused'() {
    assert.match(await refusal((said) => said.set('state', 'another')), /state/)
  },

  async 'a wrong nonce is refused'() {
    assert.match(await refusal(() => {}, { expectedNonce: client.randomNonce() }), /nonce/)
  },

  async 'an answer of another issuer is refused, and one of none'() {
    assert.match(await refusal((said) => said.set('iss', 'https://evil.example')), /iss/)
    assert.match(await refusal((said) => said.delete('iss')), /iss/)
  },

  async 'a code is worth something once'() {
    const config = await configured()
    const { arrival, checks } = await signedIn(config)
    const error = await thrown(client.authorizationCodeGrant(config, received(arrival), checks))
    assert.equal(error.error, 'invalid_grant')
  },

  async 'RP-initiated logout'() {
    const config = await configured()
    const { tokens } = await signedIn(config)
    const state = client.randomState()
    const url = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: signedOut,
      state,
    })
    const arrival = await ask({ go: url.href })
    assert.equal(arrival.url, `${signedOut}?state=${state}`)
    assert.equal(await errorOf(config, { prompt: 'none' }), 'login_required')
  },

  async 'back-channel logout, the token verified by jose'() {
    const config = await configured()
    const keys = jose.createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri))
    const inbox = new EventEmitter()
    const told = on(inbox, 'told') // also of earlier sessions, which nobody listened for
    const server = await listening(inbox)
    try {
      const { claims } = await signedIn(config)
      await ask({ signOut: true })
      for await (const [token] of told) {
        const { payload } = await jose.jwtVerify(token, keys, {
          issuer,
          audience: settings.client.client_id,
          typ: 'logout+jwt',
          requiredClaims: ['jti', 'iat', 'exp', 'events', 'sid'],
        })
        assert.equal(payload.sub, claims.sub)
        assert.equal(payload.nonce, undefined)
        assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} })
        if (payload.sid === claims.sid) break
      }
    } finally {
      server.close()
      server.closeAllConnections()
    }
  },
}
