import { hexOf } from "../../core/bytes/hex.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { backdate, rootTemplate } from "../../core/issuance/ca-template.ts";
import { serialOctets, serialOf } from "../../core/issuance/serial.ts";
import { signatureAlgorithmOf } from "../../core/issuance/signature-algorithm.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import { meshRootLifetime } from "../../core/recovery/mesh/plan.ts";
import { attribute } from "../../core/x509/oids.ts";
import { attributesOf, subjectOf } from "../../core/x509/names.ts";
import { parsePublicKey } from "../../core/x509/public-key.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ExportableKey, KeyMaker, PrivateKey } from "../../ports/private-key.ts";
import type { Random } from "../../ports/random.ts";
import { certify, requireVerifying } from "../authority/certify.ts";
import type { AuthorityPorts } from "../authority/ports.ts";

export interface RootPorts extends Pick<AuthorityPorts, "digests" | "verifySignature"> {
  readonly clock: Clock;
  readonly random: Random;
  readonly keyMaker: KeyMaker;
}

/** Again for its own key: name, key identifier and every extension stay byte for byte, so that leaves verify below either. */
export const rootAgain = (ports: RootPorts, former: Certificate, key: PrivateKey): Certificate => {
  const signatureAlgorithm = signatureAlgorithmOf(former.publicKey);
  if (signatureAlgorithm === undefined)
    throw failure("x509.key-unsupported", { what: former.publicKey.algorithm });
  const now = ports.clock.now();
  const notBefore = Math.floor((now - backdate) / 1000) * 1000;
  const root = certify(
    {
      serial: serialOf(ports.random.bytes(serialOctets)),
      issuer: former.subject.der,
      subject: { der: former.subject.der },
      notBefore,
      notAfter: notBefore + meshRootLifetime,
      spki: former.publicKey.spki,
      signatureAlgorithm,
      extensions: { other: former.extensions },
    },
    key,
    ports.digests,
  );
  requireVerifying(ports, root, [], now);
  return root;
};

/** RSA of 2048 bits is what istiod makes; every proxy and every version of it can read that. */
export const newRoot = (
  ports: RootPorts,
  former: Certificate | undefined,
): { readonly root: Certificate; readonly key: ExportableKey } => {
  const key = ports.keyMaker.generate({ algorithm: "rsa", bits: 2048 });
  const now = ports.clock.now();
  const serial = serialOf(ports.random.bytes(serialOctets));
  const organizations = former === undefined ? [] : attributesOf(former.subject, attribute.O);
  const evaluation = rootTemplate(
    {
      // OpenSSL stays with the first issuer of a name that it finds: no two roots of different keys share one.
      subject: subjectOf({
        organization: organizations.length === 0 ? ["cluster.local"] : organizations,
        commonName: `Istio root ${hexOf(serial.subarray(1, 5))}`,
      }),
      key: parsePublicKey(key.spki, ports.digests),
      serial,
      lifetime: meshRootLifetime,
    },
    now,
    ports.digests,
  );
  if (!evaluation.ok) throw failure("issuance.refused", evaluation.refusal);
  const root = certify(evaluation.template, key, ports.digests);
  requireVerifying(ports, root, [], now);
  return { root, key };
};
