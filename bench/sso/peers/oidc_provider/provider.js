// oidc-provider as it is measured: its defaults, with the features that are compared switched on.

import pg from 'pg';
import { Provider } from 'oidc-provider';

import { adapterOn, createTables } from './adapter.js';

const WEEK = 7 * 24 * 3600;

// settings: {issuer, database, clientId, clientSecret, redirectUri, key}; see ../../node.py
export async function provide(settings) {
  const pool = new pg.Pool({ ...settings.database, max: 8 });
  await createTables(pool);
  const provider = new Provider(settings.issuer, {
    adapter: adapterOn(pool),
    clients: [{
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
      redirect_uris: [settings.redirectUri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
      scope: 'openid offline_access bench',
    }],
    scopes: ['openid', 'offline_access', 'bench'],
    cookies: { keys: ['only for the bench'] },
    jwks: { keys: [settings.key] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: true },
      revocation: { enabled: true },
    },
    ttl: {
      AccessToken: 600, AuthorizationCode: 600, ClientCredentials: 600, IdToken: 600, Grant: WEEK,
      RefreshToken: WEEK, Session: WEEK,
    },
  });
  return { pool, provider };
}
