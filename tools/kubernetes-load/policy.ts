import type { Answer } from "./connection.ts";

export type Operation = "get" | "patch";

/** What a client may make of an answer. */
export type Verdict =
  | "answered"
  /** Nothing was done: ask again. */
  | "again"
  /** A write that may or may not have been done: look, then ask again. */
  | "in-doubt"
  | "failed";

/**
 * As client-go's callers have it (rest/with_retry.go): what could not be sent goes to another server, as a load balancer
 * does it; what the server itself wants to have again is sent again; a read that was cut is asked again; a write that was
 * cut is in doubt, and a caller whose write is the same done twice looks and repeats. A connection that a certificate
 * ended has failed: no program asks again, nor elsewhere.
 */
export const judge = (operation: Operation, answer: Answer): Verdict => {
  if (answer.kind === "none") {
    if (isRefusal(answer.message)) return "failed";
    if (answer.unsent) return "again";
    return operation === "get" ? "again" : "in-doubt";
  }
  if (answer.status < 300) return "answered";
  if (answer.again) return "again";
  if (answer.status >= 500 && isEtcdUnsure(answer.body)) {
    return operation === "get" ? "again" : "in-doubt";
  }
  return "failed";
};

/** The API server's words for what tools/etcd-load counts apart: etcd changed its leader, or a member stopped. */
const isEtcdUnsure = (body: string): boolean =>
  /etcdserver: (?:leader changed|request timed out|server stopped)|transport is closing|code = Unavailable/.test(
    body,
  );

/**
 * Whether a certificate was the reason: theirs does not verify, ours was refused (an alert), or the files do not fit.
 * kube-apiserver takes every client certificate at first and then answers 401: no matter of this.
 */
export const isRefusal = (message: string): boolean =>
  /certificate|alert|self.signed|unable to (?:verify|get)|altname|key values mismatch|EPROTO|CERT_|kubeconfig/i.test(
    message,
  );

/** What is told of an answer that is no good. */
export const reason = (answer: Answer): string =>
  answer.kind === "none" ? answer.message : `${answer.status} ${shortened(answer.body)}`;

/** A Status object's message is its first sentence; a page of HTML is not told whole. */
const shortened = (body: string): string =>
  (/"message":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? body).slice(0, 300);
