import { decodeBase64 } from "../../../core/bytes/base64.ts";
import { asciiBytes } from "../../../core/bytes/utf8.ts";
import { CertwrightError } from "../../../core/errors/certwright-error.ts";
import type { SlotId } from "../../../core/model/inventory.ts";
import type { NodeIdentity } from "../../../core/model/plan.ts";
import {
  nodeAsking,
  objectionToRequest,
  servingSigner,
} from "../../../core/recovery/kubelet-request.ts";
import { some } from "../../../core/text/some.ts";
import { readPem } from "../../../core/x509/pem.ts";
import { parseSigningRequest } from "../../../core/x509/signing-request.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import type { Digests } from "../../../core/model/cryptography.ts";
import type { KubernetesApi, KubernetesObject } from "../../../ports/kubernetes.ts";
import { attempt } from "../attempt.ts";
import type { Look } from "../look.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

export const requestsPath = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

/** A request that nobody has answered. */
export interface PendingRequest {
  readonly name: string;
  readonly node: string;
  /** Why it is not approved without a person. */
  readonly objection?: string;
}

/** Those of kubelets of these nodes, for what they serve with. Throws kubernetes.*. */
export const pendingRequests = async (
  api: KubernetesApi,
  digests: Digests,
  nodes: readonly NodeIdentity[],
): Promise<readonly PendingRequest[]> => {
  const names = new Set(nodes.map(({ name }) => name));
  const found: PendingRequest[] = [];
  for await (const one of api.list(
    `${requestsPath}?fieldSelector=spec.signerName%3D${encodeURIComponent(servingSigner)}`,
  )) {
    const { spec, status } = one as unknown as RequestObject;
    const node = nodeAsking({ user: spec.username ?? "" });
    if (node === undefined || !names.has(node) || (status?.conditions ?? []).length > 0) continue;
    const objection = objectionOf(one, digests, nodes);
    found.push({
      name: one.metadata.name,
      node,
      ...(objection === undefined ? {} : { objection }),
    });
  }
  return found;
};

/** As in the API (certificates.k8s.io/v1). */
interface RequestObject {
  readonly spec: {
    readonly request: string;
    readonly signerName: string;
    readonly username?: string;
    readonly groups?: readonly string[];
    readonly usages?: readonly string[];
  };
  readonly status?: { readonly conditions?: readonly unknown[] };
}

const objectionOf = (
  object: KubernetesObject,
  digests: Digests,
  nodes: readonly NodeIdentity[],
): string | undefined => {
  const { spec } = object as unknown as RequestObject;
  const { signerName: signer, username: user = "", groups = [], usages = [] } = spec;
  const decoded = decodeBase64(asciiBytes(spec.request));
  const [block] = decoded.ok ? readPem(decoded.bytes).blocks : [];
  if (block === undefined) return "it holds no request";
  try {
    const request = parseSigningRequest(block.der, { digests, reading: "tolerant" });
    return objectionToRequest({ signer, user, groups, usages, request }, nodes);
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return error.message;
  }
};

/** Whether each shows a certificate on its port, as seen from its own node, and has no request that waits. */
export const observeKubeletsServe = async (
  look: Look,
  { nodes }: { readonly nodes: readonly NodeIdentity[] },
): Promise<Seen> => {
  const { ports, apis } = look.at;
  const pending = await attempt(async () =>
    pendingRequests(await apis.open(), ports.digests, nodes),
  );
  if (!pending.ok) return unknowable(pending.why);
  const waiting = new Map(pending.value.map((one) => [one.node, one]));
  const faults = await Promise.all(
    nodes.map(async ({ name }): Promise<readonly string[]> => {
      const request = waiting.get(name);
      const asked = request === undefined ? "" : `; ${requestWords(request)}`;
      const served = await look.served(`${name}/kubelet/client-trust` as SlotId);
      if (!served.ok) return [`${name}: ${served.why}${asked}`];
      const [leaf] = served.value;
      if (leaf === undefined) return [`${name}: it shows no certificate${asked}`];
      if (leaf.notAfter < ports.clock.now())
        return [`${name}: what it shows has expired ${formatInstant(leaf.notAfter)}${asked}`];
      // One that serves already waits for its next certificate; what a person has to look at keeps nobody.
      return request === undefined || request.objection !== undefined
        ? []
        : [`${name}: ${requestWords(request)}`];
    }),
  );
  const odd = pending.value.filter(({ objection }) => objection !== undefined).map(requestWords);
  const besides = odd.length === 0 ? "" : `; left to a person: ${some(odd)}`;
  return faults.flat().length === 0
    ? holds("handshake", `${nodes.length} kubelets show certificates that are valid${besides}`)
    : fails("handshake", faults.flat().join("; "));
};

const requestWords = ({ name, objection }: PendingRequest): string =>
  objection === undefined
    ? `request ${name} waits for its approval`
    : `request ${name} is not approved: ${objection}; look at it, then: kubectl certificate approve ${name}`;
