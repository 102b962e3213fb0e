import type { Answer } from "./connection.ts";

export type Operation = "put" | "get";

/** What a client may make of an answer that is none. */
export type Verdict =
  /** Nothing was done: ask again. */
  | "again"
  /** A write that may or may not have been done: look, then ask again. */
  | "in-doubt"
  | "failed";

/**
 * A read is asked again whenever the member was unavailable, a write when it was certainly not done: no connection could
 * be made (as etcd's own client has it, client/v3/retry.go), or raft refused to take it (ErrProposalDropped, which a
 * leader says while it hands over).
 *
 * A write that was cut, or that got no answer because it reached a leader that was handing over, is in doubt. etcd's
 * client leaves that to its caller; a caller whose write is the same done twice, as every one here is, reads and
 * repeats. Such a write is counted apart: no cluster can change its leader without it happening now and then.
 */
export const judge = (operation: Operation, answer: Extract<Answer, { ok: false }>): Verdict => {
  if (isOldRevision(answer.message) || answer.unsent) return "again";
  const unavailable = answer.code === "UNAVAILABLE" || wasCut(answer);
  if (operation === "get") {
    return unavailable || answer.code === "DEADLINE_EXCEEDED" ? "again" : "failed";
  }
  if (answer.message.includes("raft proposal dropped")) return "again";
  return unavailable || answer.code === "DEADLINE_EXCEEDED" ? "in-doubt" : "failed";
};

/** Asked again by etcd's client whatever the operation (client/v3/retry_interceptor.go): nothing was done. */
const isOldRevision = (message: string): boolean =>
  message.includes("revision of auth store is old");

/**
 * A stream that the other side ended without a status of its own: grpc-js calls it INTERNAL, CANCELLED or UNKNOWN, Go
 * mostly Unavailable. A stopping member does it to what it has not answered (gRPC's Stop behind HTTP's Shutdown).
 */
const wasCut = ({ code, message }: { readonly code: string; readonly message: string }): boolean =>
  (code === "INTERNAL" && /RST_STREAM|ended without/.test(message)) ||
  (code === "CANCELLED" && message !== "") ||
  (code === "UNKNOWN" && message.startsWith("Received HTTP status code"));

/**
 * Whether a certificate was the reason: ours was refused (an alert), theirs does not verify, or the pair of files does
 * not fit together. Everything else is a member that is away.
 */
export const isRefusal = (message: string): boolean =>
  /certificate|alert|self.signed|unable to verify|hostname\/ip does not match|altname|key values mismatch|EPROTO|bad decrypt/i.test(
    message,
  );
