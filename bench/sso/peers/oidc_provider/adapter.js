// What oidc-provider keeps, in PostgreSQL: a table a model, found by primary key, with statements
// that the server has prepared. Written as the provider's documentation of adapters asks.

const MODELS = [
  'Session', 'AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode', 'ClientCredentials',
  'Client', 'InitialAccessToken', 'RegistrationAccessToken', 'Interaction', 'ReplayDetection',
  'PushedAuthorizationRequest', 'Grant', 'BackchannelAuthenticationRequest',
];

const tableOf = (model) => `oidc_${model.replace(/[A-Z]/g, (letter, at) => (at ? '_' : '') + letter.toLowerCase())}`;

export async function createTables(pool) {
  for (const model of MODELS) {
    const table = tableOf(model);
    await pool.query(`
      CREATE TABLE IF NOT EXISTS ${table} (
        id text PRIMARY KEY,
        payload json NOT NULL,
        grant_id text,
        uid text,
        user_code text,
        expires_at timestamptz,
        consumed_at timestamptz
      )`);
    await pool.query(`CREATE INDEX IF NOT EXISTS ${table}_grant ON ${table} (grant_id) WHERE grant_id IS NOT NULL`);
    await pool.query(`CREATE INDEX IF NOT EXISTS ${table}_uid ON ${table} (uid) WHERE uid IS NOT NULL`);
    await pool.query(`CREATE INDEX IF NOT EXISTS ${table}_user_code ON ${table} (user_code) WHERE user_code IS NOT NULL`);
  }
}

export function adapterOn(pool) {
  return class PostgresAdapter {
    constructor(model) {
      this.model = model;
      this.table = tableOf(model);
    }

    async upsert(id, payload, expiresIn) {
      await this.#run(
        'upsert',
        `INSERT INTO ${this.table} (id, payload, grant_id, uid, user_code, expires_at)
         VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 second')
             ON CONFLICT (id) DO UPDATE
            SET payload = EXCLUDED.payload, grant_id = EXCLUDED.grant_id, uid = EXCLUDED.uid,
                user_code = EXCLUDED.user_code, expires_at = EXCLUDED.expires_at`,
        [id, JSON.stringify(payload), payload.grantId, payload.uid, payload.userCode, expiresIn ?? null],
      );
    }

    async find(id) {
      return this.#one('find', `SELECT payload, consumed_at FROM ${this.table} WHERE id = $1`, id);
    }

    async findByUid(uid) {
      return this.#one('uid', `SELECT payload, consumed_at FROM ${this.table} WHERE uid = $1`, uid);
    }

    async findByUserCode(code) {
      return this.#one('user_code', `SELECT payload, consumed_at FROM ${this.table} WHERE user_code = $1`, code);
    }

    async consume(id) {
      await this.#run('consume', `UPDATE ${this.table} SET consumed_at = now() WHERE id = $1`, [id]);
    }

    async destroy(id) {
      await this.#run('destroy', `DELETE FROM ${this.table} WHERE id = $1`, [id]);
    }

    async revokeByGrantId(grantId) {
      await this.#run('revoke', `DELETE FROM ${this.table} WHERE grant_id = $1`, [grantId]);
    }

    async #one(name, text, value) {
      const { rows: [row] } = await this.#run(name, text, [value]);
      if (row === undefined) return undefined;
      return row.consumed_at === null
        ? row.payload
        : { ...row.payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) };
    }

    #run(name, text, values) {
      return pool.query({ name: `${this.model}_${name}`, text, values });
    }
  };
}
