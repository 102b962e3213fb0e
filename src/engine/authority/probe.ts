import type { Probe, ProbeOrder } from "./authority.ts";
import { requireVerifying } from "./certify.ts";
import { generationOf, type Issuers } from "./issuers.ts";
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
