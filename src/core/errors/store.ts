import { define } from "./definition.ts";

export const storeErrors = {
  "store.absent": define<{ directory: string }>({
    message: (p) => `${p.directory}: there is no PKI here`,
    hint: () =>
      "create one with: certwright ca create NAME; or name another directory with --dir or CERTWRIGHT_DIR",
    retry: "never",
    exit: 1,
  }),
  "store.damaged": define<{ path: string; why: string }>({
    message: (p) => `${p.path}: the store is damaged: ${p.why}`,
    hint: (p) => `keep a copy, then look with: sqlite3 ${p.path} 'PRAGMA integrity_check'`,
    retry: "never",
    exit: 1,
  }),
  "store.foreign": define<{ path: string }>({
    message: (p) => `${p.path}: is a database, but not a store of certwright`,
    hint: () => "name another directory with --dir",
    retry: "never",
    exit: 1,
  }),
  "store.newer": define<{ path: string; found: number; known: number }>({
    message: (p) =>
      `${p.path}: was written by a newer certwright (store version ${p.found}, this one knows ${p.known})`,
    hint: () => "use the newer certwright: npm install -g certwright@latest",
    retry: "never",
    exit: 1,
  }),
  "store.busy": define<{ path: string; seconds: number }>({
    message: (p) => `${p.path}: another process kept the store locked for ${p.seconds} s`,
    hint: (p) => `see who holds it: fuser -v ${p.path}`,
    retry: "later",
    exit: 4,
  }),
  "store.disk-full": define<{ path: string }>({
    message: (p) => `${p.path}: no space left on the store's disk; nothing was recorded`,
    hint: (p) => `make room, then run the same command again: df -h ${p.path}`,
    retry: "later",
    exit: 1,
  }),
  "store.read-only": define<{ path: string }>({
    message: (p) => `${p.path}: the store cannot be written`,
    hint: (p) => `run as its owner; see: namei -l ${p.path}`,
    retry: "never",
    exit: 1,
  }),
  "store.unavailable": define<{ path: string; why: string }>({
    message: (p) => `${p.path}: the store cannot be used: ${p.why}`,
    hint: (p) => `look at the path: namei -l ${p.path}`,
    retry: "later",
    exit: 1,
  }),
  "store.issuer-exists": define<{ name: string }>({
    message: (p) => `there is an issuer named ${p.name} already`,
    hint: (p) => `look at it with: certwright ca show ${p.name}`,
    retry: "never",
    exit: 1,
  }),
  "store.leaf-answered": define<{ id: number }>({
    message: (p) => `request ${p.id} has been answered already, by somebody at the same time`,
    hint: () => "see what is awaited still: certwright answer",
    retry: "never",
    exit: 1,
  }),
  "store.cross-sign-exists": define<{ issuer: string; number: number; by: number }>({
    message: (p) =>
      `generation ${p.number} of ${p.issuer} was cross-signed by generation ${p.by} already`,
    retry: "now",
    exit: 1,
  }),
  "store.generation-exists": define<{ issuer: string; number: number }>({
    message: (p) => `generation ${p.number} of ${p.issuer} was created by another process`,
    retry: "now",
    exit: 1,
  }),
  "store.generation-complete": define<{ issuer: string; number: number }>({
    message: (p) => `generation ${p.number} of ${p.issuer} is not waiting for a certificate`,
    hint: (p) => `look at it with: certwright ca show ${p.issuer}`,
    retry: "never",
    exit: 1,
  }),
  "store.serial-taken": define<{ serial: string }>({
    message: (p) =>
      `serial ${p.serial} was issued before: is the random number generator of this machine sound?`,
    retry: "now",
    exit: 1,
  }),
  "store.already-revoked": define<{ serial: string }>({
    message: (p) => `certificate ${p.serial} is revoked already`,
    hint: (p) => `see when and why: certwright ca list --serial ${p.serial}`,
    retry: "never",
    exit: 1,
  }),
  "store.crl-number-taken": define<{ issuer: string; number: bigint }>({
    message: (p) =>
      `revocation list ${p.number} of ${p.issuer} was made by another process meanwhile`,
    retry: "now",
    exit: 1,
  }),
  "store.audit-broken": define<{ path: string; sequence: number }>({
    message: (p) =>
      `${p.path}: entry ${p.sequence} of the audit log does not follow from the one before: the log was altered`,
    hint: () => "compare with a backup from before; certificates issued since then may be unknown",
    retry: "never",
    exit: 1,
  }),
};
