import type { GatheredConnection } from "../../core/diagnosis/case.ts";
import { nameOf } from "../../core/diagnosis/analyse.ts";
import { certificatesOf } from "../../core/diagnosis/file-evidence.ts";
import { CertwrightError } from "../../core/errors/certwright-error.ts";
import type { Observation, ProbeTarget } from "../../core/tls/observation.ts";
import { parseCertificate } from "../../core/x509/certificate.ts";
import { buildPath } from "../../core/x509/path.ts";
import { digests } from "../crypto/node-digests.ts";
import { verifySignature } from "../crypto/node-verify.ts";
import type { EvidenceReader } from "./evidence.ts";

/**
 * The same request with the client's bearer token, as kubectl sends it; undefined when there is none, or when the
 * server's chain does not verify: whoever poses as the server must not learn it.
 */
export const tokenRequest = (
  { endpoint, client }: Pick<GatheredConnection, "endpoint" | "client">,
  main: Observation,
  evidence: EvidenceReader,
): Partial<ProbeTarget> | undefined => {
  const token = client.token === undefined ? undefined : evidence.tokenOf(client.token);
  const chain = main.handshake?.flight.chain ?? [];
  const anchors = certificatesOf(client.ca);
  if (token === undefined || chain.length === 0 || anchors.length === 0) return undefined;
  try {
    const [leaf, ...intermediates] = chain.map((der) =>
      parseCertificate(der, { digests, reading: "tolerant" }),
    );
    const { ok } = buildPath({
      leaf: leaf!,
      intermediates,
      anchors,
      at: Date.now(),
      name: nameOf(endpoint.servername ?? endpoint.host),
      usages: ["serverAuth"],
      profile: "go",
      verifySignature,
    });
    if (!ok) return undefined;
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return undefined;
  }
  const secret = { authorization: `Bearer ${token}`, onlyFor: chain[0]! };
  const path = endpoint.path === "/" ? "/api" : endpoint.path;
  return { request: { kind: "http1", path, secret } };
};
