/** "cwpk": marks the file as ours (sqlite.org/pragma.html#pragma_application_id). */
export const APPLICATION_ID = 0x6377706b;

/**
 * One entry per version, run in order on an older store inside one transaction. An entry is never changed once
 * released. Instants are milliseconds; digests, serials and DER are blobs.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE issuers (
    name TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE generations (
    id INTEGER PRIMARY KEY,
    issuer TEXT NOT NULL REFERENCES issuers (name),
    number INTEGER NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('staged', 'trusted', 'issuing', 'retiring', 'retired')),
    key_id BLOB NOT NULL,
    certificate BLOB,
    signing_request BLOB,
    created_at INTEGER NOT NULL,
    UNIQUE (issuer, number)
  ) STRICT;

  CREATE TABLE chains (
    generation INTEGER NOT NULL REFERENCES generations (id),
    position INTEGER NOT NULL,
    der BLOB NOT NULL,
    PRIMARY KEY (generation, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE certificates (
    id INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL REFERENCES generations (id),
    serial BLOB NOT NULL,
    fingerprint BLOB NOT NULL UNIQUE,
    key_id BLOB NOT NULL,
    subject TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    profile TEXT NOT NULL,
    der BLOB NOT NULL,
    UNIQUE (serial, generation)
  ) STRICT;

  CREATE TABLE revocations (
    generation INTEGER NOT NULL,
    serial BLOB NOT NULL,
    revoked_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    not_after INTEGER NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (generation, serial)
  ) STRICT, WITHOUT ROWID;

  -- Only the latest list of each generation: earlier ones can be told from the revocations.
  CREATE TABLE revocation_lists (
    generation INTEGER PRIMARY KEY REFERENCES generations (id),
    number INTEGER NOT NULL,
    this_update INTEGER NOT NULL,
    next_update INTEGER NOT NULL,
    der BLOB NOT NULL
  ) STRICT;

  CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL
  ) STRICT;
  `,
  `
  -- "signer" is a generation of the same issuer. The certificate stands among that one's certificates, too.
  CREATE TABLE cross_signs (
    generation INTEGER NOT NULL REFERENCES generations (id),
    signer INTEGER NOT NULL REFERENCES generations (id),
    der BLOB NOT NULL,
    PRIMARY KEY (generation, signer)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Leaves that a generation has to sign whose key is elsewhere. "replaces" is the fingerprint of the leaf that it takes
  -- the place of; "key_kept": its private key is in the keystore.
  CREATE TABLE leaf_requests (
    id INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL REFERENCES generations (id),
    name TEXT NOT NULL,
    key_id BLOB NOT NULL,
    replaces BLOB,
    key_kept INTEGER NOT NULL,
    request BLOB NOT NULL,
    requested_at INTEGER NOT NULL,
    certificate BLOB
  ) STRICT;
  CREATE INDEX leaf_requests_of ON leaf_requests (generation);
  `,
];
