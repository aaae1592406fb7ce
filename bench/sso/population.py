"""Residents by the million, written by SQL into the tables that hot paths read.

Identifiers are spread over their whole range as random ones are, but made in their order, so that
every index grows at its end and ten million residents take minutes. All indexes and constraints are
the real ones.

"""

import time

import psycopg
from psycopg import sql

NOT_GENERATED = """\
Each resident has an account, an acceptance of the terms, a link, a session, a grant and a refresh
token; not generated, since no path that is measured reads it: names and addresses with their keys,
the wall's locks, ledger entries. Nor are consents, of which the hot paths look for a withdrawn one.
"""
FUNCTION = """
CREATE FUNCTION pg_temp.spread(kind text, at bigint, number bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT (lpad(to_hex(at * ((1::bigint << 60) / number)), 15, '0')
        || substr(md5(kind || at), 1, 17))::uuid
$$
"""
TABLES = {
    "residents_account": """
        INSERT INTO residents_account (id, password, is_superuser, email, kind, role, is_active,
                                       created_at)
        SELECT pg_temp.spread('account', i, %(number)s), '!', FALSE,
               'r' || lpad(i::text, 9, '0') || '@resident.example', 'resident', '', TRUE,
               %(since)s
          FROM generate_series(0, %(number)s - 1) i
    """,
    "terms_acceptance": """
        INSERT INTO terms_acceptance (id, person, locale, text_hash, shown_at, accepted_at, method,
                                      terms_id)
        SELECT pg_temp.spread('acceptance', i, %(number)s),
               pg_temp.spread('resident', i, %(number)s), 'ja', repeat('0', 64), %(since)s,
               %(since)s, 'online', terms.id
          FROM generate_series(0, %(number)s - 1) i
         CROSS JOIN (SELECT id FROM terms_terms ORDER BY id LIMIT 1) terms
    """,
    "residents_resident": """
        INSERT INTO residents_resident (id, state, issued_at, synthetic, ui_locale, acceptance_id,
                                        account_id)
        SELECT pg_temp.spread('resident', i, %(number)s), 'active', %(since)s, TRUE, 'ja',
               pg_temp.spread('acceptance', i, %(number)s), pg_temp.spread('account', i, %(number)s)
          FROM generate_series(0, %(number)s - 1) i
    """,
    "sso_link": """
        INSERT INTO sso_link (id, linked_at, last_used_at, evidence, resident_id, service_id)
        SELECT pg_temp.spread('link', i, %(number)s), %(since)s, %(since)s,
               '{"page": "sso.link"}', pg_temp.spread('resident', i, %(number)s), client.service_id
          FROM generate_series(0, %(number)s - 1) i
         CROSS JOIN (SELECT service_id FROM sso_client WHERE id = %(client)s) client
    """,
    "sso_session": """
        INSERT INTO sso_session (id, sid, browser_digest, began_at, last_used_at, client_id,
                                 link_id)
        SELECT pg_temp.spread('session', i, %(number)s),
               left(replace(pg_temp.spread('sid', i, %(number)s)::text, '-', ''), 22),
               sha256(('browser' || i)::bytea), %(since)s, %(since)s, %(client)s,
               pg_temp.spread('link', i, %(number)s)
          FROM generate_series(0, %(number)s - 1) i
    """,
    "sso_grant": """
        INSERT INTO sso_grant (id, client_id, link_id, sid, scopes, claims, authorization_details,
                               resources, auth_time, acr, amr, jkt, offline, authorized_at,
                               issued_at, expires_at)
        SELECT pg_temp.spread('grant', i, %(number)s), %(client)s,
               pg_temp.spread('link', i, %(number)s),
               left(replace(pg_temp.spread('sid', i, %(number)s)::text, '-', ''), 22),
               '{openid,offline_access}', '{}', '[]', '{}', %(since)s, 'urn:genkan:acr:1', '{pwd}',
               '', TRUE, %(since)s, %(since)s, %(since)s + interval '90 days'
          FROM generate_series(0, %(number)s - 1) i
    """,
    "sso_refresh": """
        INSERT INTO sso_refresh (id, grant_id, digest, issued_at, expires_at)
        SELECT pg_temp.spread('refresh', i, %(number)s), pg_temp.spread('grant', i, %(number)s),
               uuid_send(pg_temp.spread('digest', i, %(number)s))
                 || sha256(('refresh' || i)::bytea),
               %(since)s, %(since)s + interval '30 days'
          FROM generate_series(0, %(number)s - 1) i
    """,
}


def populate(url: str, *, number: int, client: str) -> dict[str, float]:
    """Write so many residents, each with an account, a link and a session; returns seconds.

    Args:
        url: of the server's superuser: rows behind the wall are written too, and the check of
            foreign keys row by row is left out.
        number: of residents.
        client: at which all are signed in.
    """
    took: dict[str, float] = {}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.execute(FUNCTION)
        since = connection.execute("SELECT now() - interval '1 day'").fetchone()
        assert since is not None
        values = {"number": number, "client": client, "since": since[0]}
        for table, statement in TABLES.items():
            begin = time.perf_counter()
            psycopg.ClientCursor(connection).execute(statement, values)
            connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
            took[table] = time.perf_counter() - begin
        connection.execute("CHECKPOINT")
    return took
