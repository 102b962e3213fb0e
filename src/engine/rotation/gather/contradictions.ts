import { advertisedClientUrl, advertisedPeerUrl } from "../../../core/estate/etcd-addresses.ts";
import type { EtcdMember } from "../../../core/model/estate.ts";
import type { IssuerFacts } from "../../../core/model/inventory.ts";
import type { PlanFinding } from "../../../core/plan/finding.ts";
import type { EtcdListedMember } from "../../../ports/etcd.ts";
import { generationOf, isKeyPair } from "../../authority/issuers.ts";
import { attempt } from "../attempt.ts";
import { memberConsumer, memberSlot, type PlacedSlot } from "../layout.ts";
import type { Look, MemberState } from "../look.ts";
import { kubernetesFindings } from "./kubernetes-findings.ts";
import type { GatheredNode } from "./nodes.ts";

/** What only reality can object to; what an inventory shows is for the planner to judge. */
export const contradictions = async (
  look: Look,
  issuers: readonly IssuerFacts[],
  nodes: readonly GatheredNode[],
): Promise<readonly PlanFinding[]> => {
  const members = await look.members();
  const slots = await Promise.all(
    [...look.at.layout.slots.values()].map((slot) => portFindings(look, slot, members)),
  );
  return [
    ...nodes.flatMap(unreachable),
    ...(await keyFindings(look, issuers)),
    ...(await silentFindings(look, nodes, members)),
    ...(await memberFindings(look, members)),
    ...(await kubernetesFindings(look, nodes)),
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
    // It signs no certificate, not even this one.
    if (isKeyPair(generationOf(await look.issuer(name), current.number))) continue;
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

const silentFindings = async (
  look: Look,
  nodes: readonly GatheredNode[],
  members: readonly MemberState[],
): Promise<readonly PlanFinding[]> => {
  const findings: PlanFinding[] = [];
  for (const { member, status } of members) {
    const away = nodes.some(({ facts }) => facts.name === member.node.name && !facts.reachable);
    if (status.ok || away || (await hasExpired(look, member))) continue;
    const address = `${member.node.addresses[0]!.value}:${member.clientPort}`;
    const common = { rule: "member-unhealthy", subject: memberConsumer(member) };
    const see = `certwright doctor ${address}`;
    // Whether it runs is seen from its own node; what is between it and us is another matter.
    const runs = (await look.served(memberSlot(member, "server"))).ok;
    findings.push(
      runs
        ? {
            ...common,
            text: `${member.name} runs, and does not answer this machine as root at ${address}`,
            evidence: [status.why],
            cure: `let this machine reach it, and root in; what is in the way, says: ${see}`,
          }
        : {
            ...common,
            text: `${member.name} does not answer at ${address}`,
            evidence: [status.why],
            cure: `start it, or correct its address in certwright.yaml; which it is, says: ${see}`,
          },
    );
  }
  return findings;
};

const memberFindings = async (
  look: Look,
  states: readonly MemberState[],
): Promise<readonly PlanFinding[]> => {
  const members = look.at.layout.etcd?.members ?? [];
  const findings: PlanFinding[] = [];
  const answering = states.find(({ status }) => status.ok);
  if (answering === undefined) return findings;
  const asked = await attempt(() => look.asRoot(answering.member, (one) => one.members()));
  if (!asked.ok || !asked.value.ok) return findings;
  const listed = asked.value.value;
  for (const member of members) {
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
    if (members.some(({ name }) => name === one.name)) continue;
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

/** Its server does not answer because its certificate has expired: certwright mends that by itself. */
const hasExpired = async (look: Look, member: EtcdMember): Promise<boolean> => {
  const content = await look.content(memberSlot(member, "server"));
  const leaf = content.ok ? content.value.certificates[0] : undefined;
  return leaf !== undefined && leaf.notAfter <= look.at.ports.clock.now();
};

/** A member that answers as a whole, and not at one of its ports. */
const portFindings = async (
  look: Look,
  slot: PlacedSlot,
  members: readonly MemberState[],
): Promise<readonly PlanFinding[]> => {
  if (slot.role !== "presents" || slot.port === undefined) return [];
  const state = members.find(({ member }) => memberConsumer(member) === slot.consumer);
  if (state?.status.ok !== true) return [];
  const served = await look.served(slot.id);
  if (served.ok) return [];
  const where = `${slot.port.host}:${slot.port.port}`;
  return [
    {
      rule: "port-silent",
      subject: slot.id,
      text: `no certificate is shown at ${where}, seen from ${slot.place.node ?? "here"}`,
      evidence: [served.why],
      cure: `correct its address and port in certwright.yaml; see: certwright doctor ${where}`,
    },
  ];
};
