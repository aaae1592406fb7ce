// Tokens after a sign-in, and clients that register themselves.

import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { KEY, errorOf, issuer, signedIn, thrown, userinfo } from './session.mjs'
import { registered } from './registration.mjs'
import { ask, serving, settings } from './resident.mjs'

const REFRESHING = { grant_types: ['authorization_code', 'refresh_token'] }
const OFFLINE = { scope: 'openid profile offline_access', prompt: 'consent' }

export const flows = {
  async 'dynamic registration, read, changed, deleted'() {
    const config = await registered({ client_name: 'before' })
    const made = config.clientMetadata()
    await signedIn(config)
    const manage = async (method, body) => {
      const headers = { authorization: `Bearer ${made.registration_access_token}` }
      if (body) headers['content-type'] = 'application/json'
      return fetch(made.registration_client_uri, {
        method, headers, body: body && JSON.stringify(body),
      })
    }
    const read = await (await manage('GET')).json()
    assert.deepEqual([read.client_id, read.client_name], [made.client_id, 'before'])
    const { registration_access_token: _, registration_client_uri: __, ...document } = read
    const changed = await manage('PUT', { ...document, client_name: 'after' })
    assert.equal((await changed.json()).client_name, 'after')
    assert.equal((await manage('DELETE')).status, 204)
    assert.equal((await manage('GET')).status, 401)
  },

  async 'keys that the client publishes at its jwks_uri'() {
    const { d, ...open } = settings.jwk
    let asked = 0
    const server = await serving((_, answer) => {
      asked += 1
      answer.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: [open] }))
    })
    try {
      const config = await registered({
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: `https://localhost:${server.address().port}/jwks`,
      })
      for (const _ of [1, 2]) await userinfo(config, await signedIn(config))
      assert.equal(asked, 1)
    } finally {
      server.close()
      server.closeAllConnections()
    }
  },

  async 'ID tokens signed with RS256'() {
    const config = await registered({ id_token_signed_response_alg: 'RS256' })
    const { tokens } = await signedIn(config)
    const head = JSON.parse(Buffer.from(tokens.id_token.split('.')[0], 'base64url'))
    assert.equal(head.alg, 'RS256')
  },

  async 'refresh with offline_access'() {
    const config = await registered({ ...REFRESHING, scope: OFFLINE.scope })
    const first = await signedIn(config, OFFLINE)
    const again = await client.refreshTokenGrant(config, first.tokens.refresh_token)
    assert.notEqual(again.access_token, first.tokens.access_token)
    const told = await client.fetchUserInfo(config, again.access_token, first.claims.sub)
    assert.equal(told.name, '大阪 花子')
  },

  async 'a public client refreshes, and again after a lost answer'() {
    const config = await registered(
      { ...REFRESHING, scope: OFFLINE.scope, token_endpoint_auth_method: 'none' },
    )
    const { tokens } = await signedIn(config, OFFLINE)
    const second = await client.refreshTokenGrant(config, tokens.refresh_token)
    assert.notEqual(second.refresh_token, tokens.refresh_token)
    const repeated = await client.refreshTokenGrant(config, tokens.refresh_token)
    assert.equal(repeated.refresh_token, second.refresh_token)
    const third = await client.refreshTokenGrant(config, second.refresh_token)
    assert.notEqual(third.refresh_token, second.refresh_token)
  },

  async 'pushed authorization request'() {
    const config = await registered({ require_pushed_authorization_requests: true })
    const done = await signedIn(config, {}, {}, { send: client.buildAuthorizationUrlWithPAR })
    assert.deepEqual([...done.url.searchParams.keys()].sort(), ['client_id', 'request_uri'])
    await userinfo(config, done)
    assert.equal(await errorOf(config), 'invalid_request')
  },

  async 'signed request (JAR)'() {
    const config = await registered({
      token_endpoint_auth_method: 'private_key_jwt',
      request_object_signing_alg: 'ES256',
      require_signed_request_object: true,
    })
    const key = { key: KEY.privateKey, kid: KEY.kid }
    const send = (one, parameters) => client.buildAuthorizationUrlWithJAR(one, parameters, key)
    const done = await signedIn(config, {}, {}, { send })
    assert.deepEqual([...done.url.searchParams.keys()].sort(), ['client_id', 'request'])
    await userinfo(config, done)
    assert.equal(await errorOf(config), 'invalid_request')
  },

  async 'signed answer (JARM), and one that somebody changed'() {
    const config = await registered({ authorization_signed_response_alg: 'ES256' })
    client.useJwtResponseMode(config)
    const done = await signedIn(config)
    const url = new URL(done.arrival.url)
    assert.deepEqual([...url.searchParams.keys()], ['response'])
    const [head, body, signature] = url.searchParams.get('response').split('.')
    const claims = JSON.parse(Buffer.from(body, 'base64url'))
    const other = Buffer.from(JSON.stringify({ ...claims, code: 'x' })).toString('base64url')
    url.searchParams.set('response', [head, other, signature].join('.'))
    const error = await thrown(client.authorizationCodeGrant(config, url, done.checks))
    assert.match(`${error.message} ${error.cause?.message}`, /signature/)
  },

  async 'introspection and revocation'() {
    const config = await registered({ ...REFRESHING, scope: OFFLINE.scope })
    const { tokens, claims } = await signedIn(config, OFFLINE)
    const known = await client.tokenIntrospection(config, tokens.access_token)
    assert.deepEqual([known.active, known.sub, known.iss], [true, claims.sub, issuer])
    await client.tokenRevocation(config, tokens.refresh_token)
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      assert.deepEqual(await client.tokenIntrospection(config, token), { active: false })
    }
    const error = await thrown(client.refreshTokenGrant(config, tokens.refresh_token))
    assert.equal(error.error, 'invalid_grant')
    await thrown(client.fetchUserInfo(config, tokens.access_token, claims.sub))
  },

  async 'signed introspection (RFC 9701)'() {
    const config = await registered({ introspection_signed_response_alg: 'ES256' })
    const { tokens, claims } = await signedIn(config)
    const known = await client.tokenIntrospection(config, tokens.access_token)
    assert.deepEqual([known.active, known.sub], [true, claims.sub])
  },

  async 'signed userinfo'() {
    const config = await registered({ userinfo_signed_response_alg: 'ES256' })
    const told = await userinfo(config, await signedIn(config))
    assert.equal(told.name, '大阪 花子')
  },

  async 'client credentials'() {
    const config = await registered({ grant_types: ['client_credentials'] })
    const tokens = await client.clientCredentialsGrant(config)
    assert.equal(tokens.token_type, 'bearer')
    const known = await client.tokenIntrospection(config, tokens.access_token)
    assert.deepEqual([known.active, known.client_id], [true, config.clientMetadata().client_id])
  },

  async 'CIBA: the resident answers on a device of their own (poll)'() {
    const config = await registered({
      grant_types: ['authorization_code', 'urn:openid:params:grant-type:ciba'],
      backchannel_token_delivery_mode: 'poll',
    })
    const { claims } = await signedIn(config)
    const asked = await client.initiateBackchannelAuthentication(config, {
      scope: 'openid', login_hint: settings.email, binding_message: '窓口 3番',
    })
    const { text } = await ask({ requestToConfirm: 'allow' })
    assert.match(text, /窓口 3番/)
    const tokens = await client.pollBackchannelAuthenticationGrant(config, asked)
    assert.equal(tokens.claims().sub, claims.sub)
    await client.fetchUserInfo(config, tokens.access_token, claims.sub)
  },
}
