import type { AskedLeaf, AskedLeaves } from "../../core/model/plan.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { Look } from "./look.ts";
import { differsFrom } from "./wanted.ts";

/** The leaf that one which was asked for takes the place of; undefined once it lies there. Throws node.*, rotation.no-leaf. */
export const leafInPlace = async (
  look: Look,
  { slot: id, content }: AskedLeaf,
): Promise<Certificate | undefined> => {
  const slot = look.slot(id);
  const found = await look.content(id);
  if (!found.ok) throw failure("rotation.unreadable", { slot: id, why: found.why });
  const issuer = await look.issuer(content.issuer);
  const differs = differsFrom(content, issuer, found.value, look.at.ports.verifySignature);
  if (differs === undefined) return undefined;
  const [leaf] = found.value.certificates;
  if (leaf === undefined) {
    throw failure("rotation.no-leaf", { slot: id, path: slot.place.path });
  }
  return leaf;
};

/** As whom certwright shows itself to these verifiers, with the addresses that some of them hold it against. */
export const probesAsked = async (
  look: Look,
  verifiers: AskedLeaves["verifiers"],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const probes = new Map<string, Set<string>>();
  for (const id of verifiers) {
    const { port, admission } = look.slot(id);
    const commonName = await look.speaksAs(id);
    const addresses = probes.get(commonName) ?? new Set();
    probes.set(commonName, addresses);
    // etcd holds the addresses in a peer's certificate against where it comes from (listener_tls.go, checkSAN).
    if (port !== undefined && admission === "handshake") addresses.add(port.host);
  }
  return new Map([...probes].map(([name, addresses]) => [name, [...addresses]]));
};

/** Names of what nobody has signed yet. */
export const unansweredIn = async (
  look: Look,
  { issuer, generation, leaves, verifiers }: AskedLeaves,
): Promise<readonly string[]> => {
  const { authority } = look.at.ports;
  const missing: string[] = [];
  for (const asked of leaves) {
    const like = await leafInPlace(look, asked);
    if (like === undefined) continue;
    const { key } = asked.content;
    if (!(await authority.hasAnswer({ issuer, generation, like, key }))) missing.push(asked.slot);
  }
  for (const [commonName] of await probesAsked(look, verifiers)) {
    if (!(await authority.hasProbe({ issuer, generation, commonName }))) missing.push(commonName);
  }
  return missing;
};
