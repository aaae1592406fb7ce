// FAPI 2.0: pushed requests, signed proofs, tokens bound to a key; signed requests and answers.

import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { KEY, errorOf, request, signedIn, thrown, userinfo } from './session.mjs'
import { registered } from './registration.mjs'

const FAPI2 = { profile: 'fapi2', token_endpoint_auth_method: 'private_key_jwt' }

async function proving(config) {
  return client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
}

function pushing(DPoP) {
  return (config, parameters) => client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP })
}

function signing(DPoP) {
  const key = { key: KEY.privateKey, kid: KEY.kid }
  return async (config, parameters) => {
    const signed = await client.buildAuthorizationUrlWithJAR(config, parameters, key)
    return client.buildAuthorizationUrlWithPAR(config, signed.searchParams, { DPoP })
  }
}

export const flows = {
  async 'FAPI 2.0 Security Profile: PAR, private_key_jwt, PKCE, DPoP'() {
    const config = await registered(FAPI2)
    const DPoP = await proving(config)
    const done = await signedIn(config, {}, {}, { send: pushing(DPoP), DPoP })
    assert.equal(done.tokens.token_type, 'dpop')
    const told = await userinfo(config, done)
    assert.equal(told.sub, done.claims.sub)
    assert.ok(await thrown(client.fetchUserInfo(config, done.tokens.access_token, told.sub)))
  },

  async 'FAPI 2.0: a request that was not pushed is refused'() {
    assert.equal(await errorOf(await registered(FAPI2)), 'invalid_request')
  },

  async 'FAPI 2.0: a code without its proof of possession is refused'() {
    const config = await registered(FAPI2)
    const DPoP = await proving(config)
    const error = await thrown(signedIn(config, {}, {}, { send: pushing(DPoP) }))
    assert.match(String(error.error), /invalid_dpop_proof|use_dpop_nonce|invalid_request/)
  },

  async 'FAPI 2.0: refresh with the same key, not with another'() {
    const scope = 'openid profile offline_access'
    const grants = { grant_types: ['authorization_code', 'refresh_token'], scope }
    const config = await registered({ ...FAPI2, ...grants })
    const DPoP = await proving(config)
    const more = { scope, prompt: 'consent' }
    const { tokens, claims } = await signedIn(config, more, {}, { send: pushing(DPoP), DPoP })
    const again = await client.refreshTokenGrant(config, tokens.refresh_token, {}, { DPoP })
    await client.fetchUserInfo(config, again.access_token, claims.sub, { DPoP })
    const other = { DPoP: await proving(config) }
    const error = await thrown(client.refreshTokenGrant(config, tokens.refresh_token, {}, other))
    assert.match(error.error, /invalid_grant|invalid_dpop_proof/)
  },

  async 'FAPI 2.0 Message Signing: JAR and JARM'() {
    const config = await registered({
      ...FAPI2,
      request_object_signing_alg: 'ES256',
      require_signed_request_object: true,
      authorization_signed_response_alg: 'ES256',
    })
    client.useJwtResponseMode(config)
    const DPoP = await proving(config)
    const done = await signedIn(config, {}, {}, { send: signing(DPoP), DPoP })
    assert.deepEqual([...new URL(done.arrival.url).searchParams.keys()], ['response'])
    await userinfo(config, done)
    const { parameters } = await request()
    const error = await thrown(client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP }))
    assert.equal(error.error, 'invalid_request')
  },
}
