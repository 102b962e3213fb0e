import type { Probe, ProbeOrder } from "./authority.ts";
import { requireVerifying } from "./certify.ts";
import { chainFrom, generationOf, type Issuers } from "./issuers.ts";
import { answeredProbe } from "./leaf-requests.ts";
import { issue } from "./leaf.ts";
import type { AuthorityPorts } from "./ports.ts";
import { crossingOf, pathAbove, presentedChain } from "./presented.ts";

/**
 * Twice the five minutes by which clocks may be apart (kubeadm's and the kubelet signer's backdating): valid for one
 * that is as far ahead, and of no use to whoever finds it later.
 */
const LIFETIME = 600_000;

const profiles = { client: "tls-client", server: "tls-server", peer: "etcd-peer" } as const;

export const probe = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  { issuer: name, generation: number, usage, names, via }: ProbeOrder,
): Promise<Probe> => {
  const issuer = await issuers.named(name);
  const generation = generationOf(issuer, number);
  const crossing = crossingOf(issuer, generation, via);
  if (!(await ports.keystore.has(generation.keyId))) {
    const { commonName } = names;
    const answer = await answeredProbe(ports, { issuer: name, generation: number, commonName });
    if (answer !== undefined) {
      const { certificate, request } = answer;
      return {
        certificate,
        chain: chainFrom(generation),
        presented: presentedChain(certificate, generation, crossing),
        warnings: [],
        key: await ports.keystore.take(request.keyId),
      };
    }
  }
  const issued = await issue(ports, issuers, {
    issuer: name,
    generation: number,
    profile: profiles[usage],
    ...names,
    lifetime: LIFETIME,
  });
  if (crossing !== undefined) {
    const above = pathAbove(generation, crossing);
    requireVerifying(ports, issued.certificate, above, ports.clock.now());
  }
  return { ...issued, presented: presentedChain(issued.certificate, generation, crossing) };
};
