// What every flow of a relying party built on openid-client needs.

import assert from 'node:assert/strict'
import * as jose from 'jose'
import * as client from 'openid-client'
import { ask, received, settings } from './resident.mjs'

export const { issuer, back, signedOut } = settings
export const KEY = { privateKey: await jose.importJWK(settings.jwk, 'ES256'), kid: settings.jwk.kid }

// The client that was registered by command.
export async function configured() {
  const { key, kid } = { key: KEY.privateKey, kid: KEY.kid }
  const way = client.PrivateKeyJwt({ key, kid })
  const { client_id: id } = settings.client
  const config = await client.discovery(new URL(issuer), id, settings.client, way)
  client.enableNonRepudiationChecks(config) // signatures of ID tokens, by jwks_uri
  return config
}

// An authorization request, and what has to be remembered of it.
export async function request(more = {}) {
  const verifier = client.randomPKCECodeVerifier()
  const parameters = {
    redirect_uri: back,
    scope: 'openid profile email',
    state: client.randomState(),
    nonce: client.randomNonce(),
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  }
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: parameters.state,
    expectedNonce: parameters.nonce,
    idTokenExpected: true,
  }
  if (parameters.max_age !== undefined) checks.maxAge = Number(parameters.max_age)
  return { parameters, checks }
}

// Sign in and return everything about it; openid-client checks iss, state, nonce, aud, signatures.
// `ways`: how the request is sent (`send`) and which handle proves keys (`DPoP`).
export async function signedIn(config, more = {}, answers = {}, { send, DPoP } = {}) {
  const { parameters, checks } = await request(more)
  const url = await (send ?? client.buildAuthorizationUrl)(config, parameters)
  const arrival = await ask({ go: url.href, answers })
  const options = DPoP && { DPoP }
  const tokens = await client.authorizationCodeGrant(
    config, received(arrival), checks, undefined, options,
  )
  return { arrival, tokens, claims: tokens.claims(), parameters, checks, url, options }
}

export async function userinfo(config, { tokens, claims, options }) {
  return client.fetchUserInfo(config, tokens.access_token, claims.sub, options)
}

// What is thrown where something must not work.
export async function thrown(promise) {
  return promise.then(() => assert.fail('that worked'), (error) => error)
}

// The error code of an answer that a browser brings.
export async function errorOf(config, more, answers) {
  const error = await thrown(signedIn(config, more, answers))
  assert.ok(error instanceof client.AuthorizationResponseError, error)
  return error.error
}
