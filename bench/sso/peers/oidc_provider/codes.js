// Codes by the provider's own models, one JSON string a line: node codes.js SETTINGS
// settings.codes: {number, scope, challenge, residents}

import { provide } from './provider.js';

const AT_ONCE = 8;
const settings = JSON.parse(process.argv[2]);
const { number, scope, challenge, residents } = settings.codes;
const { pool, provider } = await provide(settings);
const client = await provider.Client.find(settings.clientId);

async function code(at) {
  const accountId = `resident-${at % residents}`;
  const loginTs = Math.floor(Date.now() / 1000);
  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  const session = new provider.Session({ accountId, loginTs });
  session.ensureClientContainer(client.clientId);
  session.grantIdFor(client.clientId, grantId);
  await session.save(7 * 24 * 3600);
  return new provider.AuthorizationCode({
    accountId,
    acr: 'urn:bench:1',
    amr: ['pwd'],
    authTime: loginTs,
    client,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    expiresWithSession: !scope.includes('offline_access'),
    grantId,
    gty: 'authorization_code',
    nonce: `nonce-${at}`,
    redirectUri: settings.redirectUri,
    scope,
    sessionUid: session.uid,
    sid: session.sidFor(client.clientId),
  }).save();
}

for (let at = 0; at < number; at += AT_ONCE) {
  const wave = Array.from({ length: Math.min(AT_ONCE, number - at) }, (_, i) => code(at + i));
  for (const one of await Promise.all(wave)) console.log(JSON.stringify(one));
}
await pool.end();
