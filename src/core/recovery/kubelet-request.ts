import type { GeneralName } from "../model/name.ts";
import type { NodeIdentity } from "../model/plan.ts";
import type { SigningRequest } from "../model/signing-request.ts";
import { compareBytes } from "../bytes/compare.ts";
import { some } from "../text/some.ts";
import { parseIp } from "../x509/ip.ts";
import { attributeOf, commonNameOf } from "../x509/names.ts";
import { attribute } from "../x509/oids.ts";

/** The signer of what kubelets show on their own port (certificates.k8s.io). */
export const servingSigner = "kubernetes.io/kubelet-serving";

/** A CertificateSigningRequest, with what the API server says of who made it. */
export interface AskedByKubelet {
  readonly signer: string;
  readonly user: string;
  readonly groups: readonly string[];
  readonly usages: readonly string[];
  readonly request: Pick<SigningRequest, "subject" | "subjectAltName">;
}

/** What a certificate for serving may be used for, and has to be (pkg/apis/certificates/helpers.go). */
const usages: ReadonlySet<string> = new Set([
  "digital signature",
  "key encipherment",
  "server auth",
]);

/** Whose it is, by who asked; undefined: it is no kubelet's. */
export const nodeAsking = ({ user }: Pick<AskedByKubelet, "user">): string | undefined =>
  user.startsWith("system:node:") ? user.slice("system:node:".length) : undefined;

/**
 * Why a request is not to be approved without a person; undefined: the requester is a node of these, asks for itself, to
 * serve alone, and for no name or address that the node's object does not have. What the signer would refuse anyway is
 * refused here, too (pkg/apis/certificates/helpers.go, ValidateKubeletServingCSR).
 */
export const objectionToRequest = (
  { signer, user, groups, usages: asked, request }: AskedByKubelet,
  nodes: readonly NodeIdentity[],
): string | undefined => {
  if (signer !== servingSigner) return `it is for ${signer}`;
  const name = nodeAsking({ user });
  const node = nodes.find((one) => one.name === name);
  if (node === undefined) return `${user} is no node that etcd's data has`;
  if (!groups.includes("system:nodes")) return `${user} is not in system:nodes`;
  const { subject } = request;
  const isItself =
    subject.rdns.flat().length === 2 &&
    commonNameOf(subject) === user &&
    attributeOf(subject, attribute.O) === "system:nodes";
  if (!isItself) return `${user} asks for another subject`;
  if (!asked.includes("server auth") || asked.some((one) => !usages.has(one)))
    return `it is to be used for ${asked.join(", ")}`;
  const names = request.subjectAltName ?? [];
  if (names.length === 0) return "it asks for no name";
  const others = names.filter((one) => !isOf(node, one)).map(nameWords);
  return others.length === 0
    ? undefined
    : `it asks for ${some(others)}, which the Node object of ${node.name} does not have`;
};

const isOf = ({ names }: NodeIdentity, asked: GeneralName): boolean => {
  if (asked.kind === "dns") return names.includes(asked.value);
  if (asked.kind !== "ip") return false;
  return names.some((one) => {
    const bytes = parseIp(one);
    return bytes !== undefined && compareBytes(bytes, asked.bytes) === 0;
  });
};

const nameWords = (name: GeneralName): string =>
  "value" in name && typeof name.value === "string" ? name.value : `a name of kind ${name.kind}`;
