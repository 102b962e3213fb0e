/**
 * How far a connection gets, in order: what fails at an earlier stage hides all that is behind it, and is cheaper
 * to prove. Of two findings the one at the earlier stage is the fault; the other remains after the fix.
 */
export const stages = [
  /** The configuration contradicts itself: nobody would get as far as a file. */
  "config",
  /** A configured file cannot be used. */
  "file",
  /** The name does not resolve, or to another address. */
  "resolve",
  "connect",
  /** What answers is no TLS server, or not for us. */
  "first-bytes",
  /** Versions, ciphers, server names, protocols. */
  "negotiate",
  /** The server proves that it has its certificate's key. */
  "server-key",
  /** Its certificate's chain ends at a CA the client trusts. */
  "trust",
  "time",
  "name",
  "usage",
  /** The server looks at the client's certificate. */
  "client-certificate",
  "revocation",
  /** Behind the handshake: HTTP 401 and 403, etcd's RBAC. */
  "authorization",
  /** What is served is not what lies on disk. */
  "deployment",
  /** Works today. */
  "advice",
] as const;

export type Stage = (typeof stages)[number];

export const stageRank = (stage: Stage): number => stages.indexOf(stage);
