import { utf8Bytes } from "../../../core/bytes/utf8.ts";
import { CertwrightError } from "../../../core/errors/certwright-error.ts";
import { peerAddresses, serverAddresses } from "../../../core/estate/etcd-addresses.ts";
import type { Certificate, Instant } from "../../../core/model/certificate.ts";
import type { Digests, VerifySignature } from "../../../core/model/cryptography.ts";
import type { Address, EtcdCluster } from "../../../core/model/estate.ts";
import { parseCertificate } from "../../../core/x509/certificate.ts";
import { buildPath } from "../../../core/x509/path.ts";
import { readPem } from "../../../core/x509/pem.ts";
import type { TlsProbe, TlsTarget } from "../../../ports/tls.ts";
import { clientTarget, peerTarget } from "../connect.ts";
import type { CheckResult } from "./check-result.ts";
import type { CheckMaterial, Material } from "./material.ts";

export interface CertificateTools {
  readonly digests: Digests;
  readonly verifySignature: VerifySignature;
  readonly now: Instant;
}

const day = 86_400_000;

interface Served {
  readonly member: string;
  readonly role: "server" | "peer";
  readonly target: TlsTarget;
  readonly addresses: readonly Address[];
  /** What lies on the member's disk. */
  readonly onDisk: Material<{ readonly certificate: string }>;
  readonly trust: Material<string>;
}

/** What each member shows on its two ports, held against its files, its CA and the estate. */
export const checkCertificates = async (
  cluster: EtcdCluster,
  material: CheckMaterial,
  tls: TlsProbe,
  tools: CertificateTools,
  deadline: number,
): Promise<readonly CheckResult[]> => {
  const served = material.members.flatMap(({ member, server, peer, peerTrust }): Served[] => [
    {
      member: member.name,
      role: "server",
      target: clientTarget(member),
      addresses: serverAddresses(cluster, member),
      onDisk: server,
      trust: material.serverTrust,
    },
    {
      member: member.name,
      role: "peer",
      target: peerTarget(member),
      addresses: peerAddresses(member),
      onDisk: peer,
      trust: peerTrust,
    },
  ]);
  const results = await Promise.all(served.map((one) => checkServed(one, tls, tools, deadline)));
  return results.flat();
};

const checkServed = async (
  served: Served,
  tls: TlsProbe,
  tools: CertificateTools,
  deadline: number,
): Promise<readonly CheckResult[]> => {
  const { member, role } = served;
  const result = (
    word: string,
    claim: string,
    verdict: CheckResult["verdict"],
    observed: string,
    remedy?: string,
  ): CheckResult => ({
    group: "certificates",
    id: `certificate.${role}.${word}`,
    member,
    claim,
    verdict,
    observed,
    ...(remedy === undefined ? {} : { remedy }),
  });
  const port = role === "server" ? "client" : "peer";
  const chain = await chainOf(served.target, tls, tools, deadline);
  if (!chain.ok) {
    return [
      result("served", `shows its ${role} certificate on the ${port} port`, "unknown", chain.why),
    ];
  }
  const [leaf, ...intermediates] = chain.value;
  return [
    fileResult(served, leaf!, tools, result),
    pathResult(served, leaf!, intermediates, tools, result),
  ];
};

type Result = (
  word: string,
  claim: string,
  verdict: CheckResult["verdict"],
  observed: string,
  remedy?: string,
) => CheckResult;

const fileResult = (
  { onDisk, role }: Served,
  leaf: Certificate,
  { digests }: CertificateTools,
  result: Result,
): CheckResult => {
  const claim = `the ${role} certificate it shows is the one in its file`;
  const shown = `${leaf.fingerprint.slice(0, 16)}…`;
  if (!onDisk.ok) return result("file", claim, "unknown", onDisk.why);
  const filed = certificatesIn(onDisk.value.certificate, digests)[0];
  if (filed === undefined)
    return result("file", claim, "fail", "the file holds no certificate", "certwright etcd init");
  return filed.fingerprint === leaf.fingerprint
    ? result("file", claim, "pass", `SHA-256 ${shown}`)
    : result(
        "file",
        claim,
        "fail",
        `it shows ${shown}, the file holds ${filed.fingerprint.slice(0, 16)}…`,
        "copy the files to the member; it shows them to the next connection, without a restart",
      );
};

/** The names of the estate, one after the other, through the one path builder in Go's profile, since etcd and etcdctl are Go. */
const pathResult = (
  { addresses, trust, role }: Served,
  leaf: Certificate,
  intermediates: readonly Certificate[],
  { digests, verifySignature, now }: CertificateTools,
  result: Result,
): CheckResult => {
  const claim = `the ${role} certificate verifies under every name of the estate`;
  if (!trust.ok) return result("path", claim, "unknown", trust.why);
  const anchors = certificatesIn(trust.value, digests);
  for (const { kind, value } of addresses) {
    const path = buildPath({
      leaf,
      intermediates,
      anchors,
      at: now,
      name: { kind: kind === "dns" ? "dns" : "ip", value },
      usages: ["serverAuth"],
      profile: "go",
      verifySignature,
    });
    if (!path.ok) {
      return result("path", claim, "fail", path.failure.message, "certwright etcd init");
    }
  }
  const days = Math.floor((leaf.notAfter - now) / day);
  return result("path", claim, "pass", `${addresses.length} names, ${days} days left`);
};

const chainOf = async (
  target: TlsTarget,
  tls: TlsProbe,
  { digests }: CertificateTools,
  deadline: number,
): Promise<Material<readonly Certificate[]>> => {
  try {
    const chain = await tls.served(target, deadline);
    return {
      ok: true,
      value: chain.map((der) => parseCertificate(der, { digests, reading: "tolerant" })),
    };
  } catch (error) {
    if (error instanceof CertwrightError) return { ok: false, why: error.message };
    throw error;
  }
};

/** Those that can be read; a file with none is a fault of its own. */
const certificatesIn = (text: string, digests: Digests): readonly Certificate[] => {
  try {
    return readPem(utf8Bytes(text)).blocks.flatMap(({ label, der }) =>
      label === "CERTIFICATE" ? [parseCertificate(der, { digests, reading: "tolerant" })] : [],
    );
  } catch (error) {
    if (error instanceof CertwrightError) return [];
    throw error;
  }
};
