import { closeNotify, refusesCertificate } from "./alerts.ts";
import type { Observation } from "./observation.ts";

/** By what a server made its refusal known. */
export type RefusedBy =
  | { readonly kind: "alert"; readonly number: number; readonly name: string }
  /** It ended the connection behind the handshake without a word. */
  | { readonly kind: "end"; readonly closeNotify: boolean }
  /** The connection broke: an alert may have been lost. Once more with maxVersion TLSv1.2 brings it inside the handshake. */
  | { readonly kind: "reset" }
  | { readonly kind: "http"; readonly status: number }
  /** In words of its own protocol. */
  | { readonly kind: "message"; readonly text: string };

/** Whether the server took our client certificate (or our having none). */
export type Acceptance = {
  /** It sent a CertificateRequest. */
  readonly asked: boolean;
  readonly presented: boolean;
  /** What it was known by, one sentence each. */
  readonly reasons: readonly string[];
} & (
  | { readonly verdict: "accepted" }
  | { readonly verdict: "refused"; readonly by: RefusedBy }
  | { readonly verdict: "unknown" }
);

/** nginx, HAProxy and Go put such words into the body of a 400 (RFC 9110 has no status for it). */
const namesCertificate = /certificate|client cert|\bSSL\b/i;

/**
 * Judges by proofs only. A completed handshake is none in TLS 1.3: the server reads our certificate after
 * our side is done (RFC 8446 section 2). Proofs of acceptance: application data; or a TLS 1.2 handshake or a
 * session ticket with the connection still open when we left. Proofs of refusal: an alert; an end behind a
 * CertificateRequest (Node's server gives no other sign, in TLS 1.2 in mid-handshake); HTTP 400, 401 or 403 that speak of it.
 */
export const judgeAcceptance = (observation: Observation): Acceptance => {
  const { handshake, connection, answer, phases } = observation;
  const asked = handshake?.flight.certificateRequest !== undefined;
  const presented = handshake?.presented === true;
  const base = { asked, presented };
  const unknown = (reason: string): Acceptance => ({
    ...base,
    verdict: "unknown",
    reasons: [reason],
  });
  const accepted = (...reasons: string[]): Acceptance => ({
    ...base,
    verdict: "accepted",
    reasons,
  });
  const refused = (by: RefusedBy, ...reasons: string[]): Acceptance => ({
    ...base,
    verdict: "refused",
    by,
    reasons,
  });

  if (handshake === undefined || connection === undefined)
    return unknown("no TLS conversation took place");
  const { alert } = handshake;
  if (alert !== undefined && alert.number !== closeNotify) {
    const by = { kind: "alert", number: alert.number, name: alert.name } as const;
    const said = `the server sent alert ${alert.number} (${alert.name}) ${alert.time === "during-handshake" ? "during" : "after"} the handshake`;
    if (asked && refusesCertificate(alert.number)) return refused(by, said);
    return unknown(
      asked
        ? `${said}, which does not speak of certificates`
        : `${said} without asking for a certificate`,
    );
  }
  if (handshake.localError !== undefined)
    return unknown(`our side gave up: ${handshake.localError.message}`);
  if (answer !== undefined) return judgeAnswer(observation, base, accepted, refused);
  const { completed } = handshake;
  const when = completed ? "after" : "during";
  if (connection.end.how === "reset") {
    const reason = `the connection broke ${when} the handshake (${connection.end.code ?? "reset"})`;
    return asked ? refused({ kind: "reset" }, reason) : unknown(reason);
  }
  if (connection.end.how === "fin" || handshake.closeNotify) {
    const reason = `the server ended the connection ${when} the handshake, ${handshake.closeNotify ? "with close_notify" : "without a word"}`;
    return asked
      ? refused({ kind: "end", closeNotify: handshake.closeNotify }, reason)
      : unknown(reason);
  }
  if (!completed) return unknown("the handshake did not complete");
  if (!asked) return accepted("the server did not ask for a certificate");
  const last = phases.at(-1);
  if (last?.ended === "aborted" || last?.ended === "deadline" || last?.ended === "limit")
    return unknown("the probe ended before the server had shown what it thinks");
  if (handshake.flight.tickets > 0)
    return accepted("the server sent a session ticket and kept the connection open");
  if (handshake.version !== "TLSv1.3")
    return accepted(
      "the server finished the handshake after it had seen our certificate, and kept the connection open",
    );
  return unknown("the server said nothing after the handshake");
};

const judgeAnswer = (
  { answer }: Observation,
  base: { readonly asked: boolean; readonly presented: boolean },
  accepted: (...reasons: string[]) => Acceptance,
  refused: (by: RefusedBy, ...reasons: string[]) => Acceptance,
): Acceptance => {
  const status = answer?.status;
  const line = answer?.statusLine ?? "";
  const body = answer?.body ?? "";
  const first = answer?.first;
  if (first?.kind === "postgresql" && first.answer === "E") {
    const said = `the server answered "${messageOf(first.text)}"`;
    if (base.asked && aboutCertificate.test(first.text))
      return refused({ kind: "message", text: messageOf(first.text) }, said);
    return judgesUsers.test(first.text)
      ? accepted(said)
      : { ...base, verdict: "unknown", reasons: [said] };
  }
  if (status === undefined) return accepted("the server sent application data");
  const by = { kind: "http", status } as const;
  if (status === 400 && base.asked && namesCertificate.test(`${line} ${body}`))
    return refused(by, `the server answered "${line}" and its text speaks of the certificate`);
  if (status === 401 && base.asked)
    return refused(by, `the server answered "${line}": it does not know who we are`);
  if (status === 403 && base.asked && (!base.presented || body.includes("system:anonymous")))
    return refused(by, `the server answered "${line}" to us as somebody unknown`);
  return accepted(
    `the server answered "${line}"`,
    ...(status === 403 ? ["it knows us, but this path is not for us"] : []),
    ...(base.asked ? [] : ["the server did not ask for a certificate"]),
  );
};

/** auth.c of PostgreSQL: who shows no certificate, or one of another user. */
const aboutCertificate = /valid client certificate|certificate authentication failed/;

/** SQLSTATE 28 (authorization) and 3D (no such database): the connection itself was taken by then (errcodes.txt). */
const judgesUsers = / C(?:28|3D)[0-9A-Z]{3}\b/;

/** Of an ErrorResponse's fields (severity, code, message, source) the message. */
const messageOf = (fields: string): string =>
  / M(.*?)(?= [A-Z]\S*| *$)/.exec(fields)?.[1] ?? fields;
