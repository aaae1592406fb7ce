// Clients that register themselves (RFC 7591), each for one flow.

import * as client from 'openid-client'
import { settings } from './resident.mjs'
import { back, issuer, KEY, signedOut } from './session.mjs'

const WAYS = {
  none: () => client.None(),
  client_secret_basic: () => client.ClientSecretBasic(),
  private_key_jwt: () => client.PrivateKeyJwt({ key: KEY.privateKey, kid: KEY.kid }),
}

export async function registered(more = {}) {
  const metadata = {
    client_name: 'openid-client',
    redirect_uris: [back],
    post_logout_redirect_uris: [signedOut],
    scope: 'openid profile email',
    token_endpoint_auth_method: 'client_secret_basic',
    ...more,
  }
  if (metadata.token_endpoint_auth_method === 'private_key_jwt' && !metadata.jwks_uri) {
    const { d, ...open } = settings.jwk
    metadata.jwks = { keys: [open] }
  }
  const way = WAYS[metadata.token_endpoint_auth_method]()
  const options = { initialAccessToken: settings.initialAccessToken }
  const config = await client.dynamicClientRegistration(new URL(issuer), metadata, way, options)
  client.enableNonRepudiationChecks(config)
  return config
}
