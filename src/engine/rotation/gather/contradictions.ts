import { advertisedClientUrl, advertisedPeerUrl } from "../../../core/estate/etcd-addresses.ts";
import type { IssuerFacts } from "../../../core/model/inventory.ts";
import type { PlanFinding } from "../../../core/plan/finding.ts";
import { formatName } from "../../../core/x509/names.ts";
import type { EtcdListedMember } from "../../../ports/etcd.ts";
import { isSigned } from "../../authority/issuers.ts";
import { attempt } from "../attempt.ts";
import type { PlacedSlot } from "../layout.ts";
import type { Look } from "../look.ts";
import { isSignedBy, short } from "../wanted.ts";
import type { GatheredNode } from "./nodes.ts";

/** Where the estate says one thing and reality another. */
export const contradictions = async (
  look: Look,
  issuers: readonly IssuerFacts[],
  nodes: readonly GatheredNode[],
): Promise<readonly PlanFinding[]> => {
  const slots = await Promise.all(
    [...look.at.layout.slots.values()].map((slot) => slotFindings(look, slot, nodes)),
  );
  return [
    ...nodes.flatMap(unreachable),
    ...(await keyFindings(look, issuers)),
    ...(await memberFindings(look, nodes)),
    ...slots.flat(),
  ];
};

const unreachable = ({ facts, cure }: GatheredNode): readonly PlanFinding[] =>
  facts.reachable
    ? []
    : [
        {
          rule: "node-unreachable",
          subject: facts.name,
          text: `${facts.name} cannot be reached`,
          evidence: [facts.why ?? ""],
          cure: cure ?? `make it reachable: ssh ${facts.name} true`,
        },
      ];

/** Whether the CA's own key makes certificates that verify under its certificate: one is made, shown to nobody. */
const keyFindings = async (
  look: Look,
  issuers: readonly IssuerFacts[],
): Promise<readonly PlanFinding[]> => {
  const findings: PlanFinding[] = [];
  for (const { name, generations } of issuers) {
    const current = generations.findLast(({ stage }) => stage === "issuing");
    if (current === undefined || !current.canSign) continue;
    const made = await attempt(() =>
      look.at.ports.authority.probe({
        issuer: name,
        generation: current.number,
        usage: "client",
        names: { commonName: "certwright-probe" },
      }),
    );
    if (made.ok) continue;
    findings.push({
      rule: "issuer-key",
      subject: name,
      text: `${name} cannot sign with the key that its certificate names`,
      evidence: [made.why],
      cure: `bring its key back from a backup of the PKI's directory; see what is there: certwright ca show ${name}`,
    });
  }
  return findings;
};

const memberFindings = async (
  look: Look,
  nodes: readonly GatheredNode[],
): Promise<readonly PlanFinding[]> => {
  const { cluster } = look.at.layout;
  const states = await look.members();
  const findings: PlanFinding[] = states.flatMap(({ member, status }): PlanFinding[] => {
    const away = nodes.some(({ facts }) => facts.name === member.node.name && !facts.reachable);
    if (status.ok || away) return [];
    const address = `${member.node.addresses[0]!.value}:${member.clientPort}`;
    return [
      {
        rule: "member-silent",
        subject: member.name,
        text: `${member.name} does not answer at ${address}`,
        evidence: [status.why],
        cure: `start it, or correct its address in certwright.yaml; which it is, says: certwright doctor ${address}`,
      },
    ];
  });
  const answering = states.find(({ status }) => status.ok);
  if (answering === undefined) return findings;
  const asked = await attempt(() => look.asRoot(answering.member, (one) => one.members()));
  if (!asked.ok || !asked.value.ok) return findings;
  const listed = asked.value.value;
  for (const member of cluster.members) {
    const found = listed.find(({ name }) => name === member.name);
    if (found === undefined) {
      findings.push({
        rule: "member-missing",
        subject: member.name,
        text: `the cluster has no member ${member.name}`,
        evidence: [`${answering.member.name} lists: ${listed.map(nameOf).join(", ")}`],
        cure: `add it to the cluster (etcdctl member add ${member.name}), or take it out of certwright.yaml`,
      });
      continue;
    }
    for (const [what, wanted, there] of [
      ["clients", advertisedClientUrl(member), found.clientUrls],
      ["members", advertisedPeerUrl(member), found.peerUrls],
    ] as const) {
      if (there.includes(wanted)) continue;
      findings.push({
        rule: "member-address",
        subject: member.name,
        text: `${member.name} is at another address for ${what} than the estate says`,
        evidence: [`estate: ${wanted}`, `the cluster: ${there.join(", ") || "none"}`],
        cure: "correct addresses and ports of its node in certwright.yaml",
      });
    }
  }
  for (const one of listed) {
    if (cluster.members.some(({ name }) => name === one.name)) continue;
    findings.push({
      rule: "member-unknown",
      subject: nameOf(one),
      text: `the cluster has a member ${nameOf(one)} that the estate does not name`,
      evidence: [`${answering.member.name} lists it at ${one.peerUrls.join(", ")}`],
      cure: "name it in certwright.yaml: what is not named would be locked out",
    });
  }
  return findings;
};

const nameOf = ({ name, id }: EtcdListedMember): string =>
  name === "" ? `that never started (${id.toString(16)})` : name;

const slotFindings = async (
  look: Look,
  slot: PlacedSlot,
  nodes: readonly GatheredNode[],
): Promise<readonly PlanFinding[]> => {
  const { path, node } = slot.place;
  if (nodes.some(({ facts }) => facts.name === node && !facts.reachable)) return [];
  const content = await look.content(slot.id);
  if (!content.ok) return [];
  const { file, certificates } = content.value;
  if (file === undefined) {
    return [
      {
        rule: "slot-empty",
        subject: slot.id,
        text: `${slot.id} has no file`,
        evidence: [`${node === undefined ? "" : `${node}: `}${path}: there is no such file`],
        cure: "write it: certwright etcd init; or correct its place in certwright.yaml",
      },
    ];
  }
  if (certificates.length === 0) return [];
  return [
    ...(await signerFindings(look, slot, certificates)),
    ...(await servedFindings(look, slot, certificates)),
  ];
};

/** A leaf, or a bundle, with which the issuer of the estate has nothing to do: the PKI is another cluster's. */
const signerFindings = async (
  look: Look,
  slot: PlacedSlot,
  certificates: Extract<
    Awaited<ReturnType<Look["content"]>>,
    { ok: true }
  >["value"]["certificates"],
): Promise<readonly PlanFinding[]> => {
  const issuer = await look.issuer(slot.issuer);
  const generations = issuer.generations.filter(isSigned);
  const { verifySignature } = look.at.ports;
  const [first] = certificates;
  const related =
    slot.role === "presents"
      ? generations.some((one) => isSignedBy(first!, one, verifySignature))
      : certificates.some(
          ({ publicKey }) =>
            generations.some(({ keyId }) => keyId === publicKey.id) ||
            generations.some(({ chain }) => chain.some((one) => one.publicKey.id === publicKey.id)),
        );
  if (related) return [];
  const seen =
    slot.role === "presents"
      ? `${slot.place.path}: ${short(first!.fingerprint)}, signed by ${formatName(first!.issuer)}`
      : `${slot.place.path}: ${certificates.map((one) => formatName(one.subject)).join(", ")}`;
  return [
    {
      rule: "issuer-foreign",
      subject: slot.id,
      text:
        slot.role === "presents"
          ? `no generation of ${slot.issuer} signed what ${slot.id} holds`
          : `${slot.id} trusts no generation of ${slot.issuer}`,
      evidence: [
        seen,
        `${slot.issuer}: ${generations.map((one) => short(one.certificate.fingerprint)).join(", ")}`,
      ],
      cure: `is --dir the PKI of this cluster, and ${slot.issuer} this slot's issuer in certwright.yaml? see: certwright ca show ${slot.issuer}`,
    },
  ];
};

const servedFindings = async (
  look: Look,
  slot: PlacedSlot,
  [filed]: readonly { readonly fingerprint: string }[],
): Promise<readonly PlanFinding[]> => {
  if (slot.role !== "presents" || slot.port === undefined) return [];
  const where = `${slot.port.host}:${slot.port.port}`;
  const served = await look.served(slot.id);
  if (!served.ok) {
    return [
      {
        rule: "port-silent",
        subject: slot.id,
        text: `no certificate is shown at ${where}, seen from ${slot.place.node ?? "here"}`,
        evidence: [served.why],
        cure: `start the member, or correct its address and port in certwright.yaml; see: certwright doctor ${where}`,
      },
    ];
  }
  const [leaf] = served.value;
  if (leaf === undefined || leaf.fingerprint === filed!.fingerprint) return [];
  return [
    {
      rule: "served-other",
      subject: slot.id,
      text: `${where} shows another certificate than ${slot.place.path} holds`,
      evidence: [`shown: ${short(leaf.fingerprint)}`, `in the file: ${short(filed!.fingerprint)}`],
      cure: "another program answers there, or it was started with other files: compare its flags with certwright.yaml",
    },
  ];
};
