import { whyNoCertificate } from "../../core/tls/no-certificate.ts";
import type { ProbeLimits, ProbeTarget } from "../../core/tls/observation.ts";
import { probe, type ProbeWay } from "./probe.ts";

/** What a TLS server shows to everybody. */
export interface ServedChain {
  /** "TLSv1.3" */
  readonly version: string;
  /** DER, in the order sent: the server's own certificate first. */
  readonly chain: readonly [Uint8Array, ...Uint8Array[]];
  readonly certificateRequested: boolean;
  /** DER of the distinguished names in the server's certificate request; empty when it names none. */
  readonly acceptableAuthorities: readonly Uint8Array[];
  /** The address that answered, "127.0.0.1" or "::1". */
  readonly address: string;
  /** Why the handshake did not complete although the certificate was seen, "alert unknown_ca (48)". */
  readonly refusal?: string;
}

/** The chain a server sends, verified by nobody. Throws connect.* when no certificate was seen. */
export const servedChain = async (
  target: ProbeTarget,
  limits: Partial<ProbeLimits>,
  signal?: AbortSignal,
  way: ProbeWay = {},
): Promise<ServedChain> => {
  const seen = await probe(target, { ...limits, settle: 0 }, signal, way);
  const { handshake, connection } = seen;
  const [first, ...rest] = handshake?.flight.chain ?? [];
  if (first === undefined || handshake === undefined) throw whyNoCertificate(seen);
  const { alert, localError, flight, version, completed } = handshake;
  // A late alert may or may not have come by now; whether a certificate is wanted is said below in any case.
  const refusal = completed
    ? undefined
    : alert === undefined
      ? (localError?.message ?? "the connection ended")
      : `alert ${alert.name} (${alert.number})`;
  return {
    version: version ?? "unknown",
    chain: [first, ...rest],
    certificateRequested: flight.certificateRequest !== undefined,
    acceptableAuthorities: flight.certificateRequest?.authorities ?? [],
    address: connection?.address ?? "",
    ...(refusal === undefined ? {} : { refusal }),
  };
};
