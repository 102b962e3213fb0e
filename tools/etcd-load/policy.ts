import type { Answer } from "./connection.ts";

export type Operation = "put" | "get";

/**
 * Whether etcd's own client would ask again (client/v3/retry.go): a read whenever the member was unavailable; a write
 * only when no connection could be made, because a write that was cut may have been done. A write that was cut while
 * it was under way is therefore a failed request, here as there.
 */
export const mayRepeat = (operation: Operation, answer: Extract<Answer, { ok: false }>): boolean =>
  isOldRevision(answer.message) ||
  answer.unsent ||
  (operation === "get" && (answer.code === "UNAVAILABLE" || wasCut(answer)));

/** Asked again by etcd's client whatever the operation (client/v3/retry_interceptor.go): nothing was done. */
const isOldRevision = (message: string): boolean =>
  message.includes("revision of auth store is old");

/**
 * A stream that the other side ended without a status of its own: grpc-js calls it INTERNAL, CANCELLED or UNKNOWN, Go
 * mostly Unavailable. A stopping member does it to what it has not answered (gRPC's Stop behind HTTP's Shutdown).
 */
export const wasCut = ({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): boolean =>
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
