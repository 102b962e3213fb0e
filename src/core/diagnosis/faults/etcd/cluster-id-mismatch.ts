import type { Case } from "../../case.ts";
import { fieldOf } from "../../config.ts";
import { etcdConfigs, lineSaying, lineText } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "etcd.cluster-id-mismatch",
  title: "Members of different etcd clusters",
  side: "config",
  severity: "fault",
  stage: "config",
  cites: [
    "etcd server/etcdserver/api/rafthttp: request cluster ID mismatch",
    "etcd Documentation: initial-cluster-token",
  ],
  explain: `A member refuses another one that belongs to another cluster: "request cluster ID mismatch". The id comes from
initial-cluster-token and the list of members at the first start. Members that were bootstrapped with different tokens, or one
that was started anew with an empty data directory while the others kept theirs, never come together. It is no fault of TLS,
though the noise of refused connections looks like one.`,
  detect: (seen) => fromConfigs(seen) ?? fromLog(seen) ?? fromStatus(seen),
});

const fromConfigs = (seen: Case): Detected | undefined => {
  const tokens = etcdConfigs(seen).flatMap((config) => {
    const field = fieldOf(config, "initial-cluster-token");
    const cluster = fieldOf(config, "initial-cluster")?.value;
    return field === undefined || cluster === undefined ? [] : [{ field, cluster }];
  });
  const [first] = tokens;
  const other = tokens.find(
    ({ field, cluster }) => cluster === first?.cluster && field.value !== first.field.value,
  );
  if (first === undefined || other === undefined) return undefined;
  return {
    text: `the members of one etcd have different cluster tokens: "${first.field.value}" in ${first.field.at.file} and "${other.field.value}" in ${other.field.at.file}`,
    subject: other.field.at.file,
    certainty: "proved",
    evidence: tokens.map(({ field }) => `${locationText(field.at)}: ${field.value}`),
    breaks: "each token makes a cluster of its own, and its members refuse the others",
    fix: [
      {
        does: `write the same initial-cluster-token in all of them, and let the members that were started with another one begin with an empty data directory`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const line = lineSaying(seen, /cluster ID mismatch/i);
  if (line === undefined) return undefined;
  const field = (name: string): string | undefined =>
    new RegExp(`"${name}":"([^"]*)"`).exec(line.raw)?.[1];
  const peer = field("remote-peer-id") ?? field("remote-member-id") ?? line.remote;
  const local =
    field("local-member-cluster-id") ??
    /local ([0-9a-f]{8,16})|, ([0-9a-f]{8,16})\b/.exec(line.text)?.[1];
  const remote = field("remote-peer-cluster-id") ?? field("remote-peer-server-cluster-id");
  return {
    text: `etcd refuses the peer ${peer ?? "that dials it"}, because it belongs to another cluster (cluster ID mismatch)`,
    subject: peer ?? line.file,
    certainty: "proved",
    evidence: [
      lineText(line),
      ...(local === undefined ? [] : [`cluster of this member: ${local}`]),
      ...(remote === undefined ? [] : [`cluster of the other: ${remote}`]),
    ],
    breaks: "the two never form one cluster",
    fix: [
      {
        does: "compare initial-cluster-token and initial-cluster of all members; remove the stray member, empty its data directory, and add it again with initial-cluster-state existing",
        command: "etcdctl member list -w table",
      },
    ],
  };
};

/** Endpoints of one client that answer for different clusters. */
const fromStatus = ({ endpoint, probes, siblings }: Case): Detected | undefined => {
  const ours = probes?.etcd?.clusterId;
  const other = siblings.find(({ clusterId }) => clusterId !== undefined && clusterId !== ours);
  if (endpoint === undefined || ours === undefined || other === undefined) return undefined;
  const here = `${endpoint.host}:${endpoint.port}`;
  const there = `${other.endpoint.host}:${other.endpoint.port}`;
  return {
    text: `${here} and ${there} belong to different etcd clusters`,
    subject: here,
    certainty: "proved",
    evidence: [`${here}: cluster ${ours}`, `${there}: cluster ${other.clusterId}`],
    breaks: "a client that uses both reads and writes now one store, now the other",
    fix: [
      {
        does: `name members of one cluster only in ${locationText(endpoint.source)}; see who is in it`,
        command: `etcdctl --endpoints ${endpoint.written} member list -w table`,
      },
    ],
  };
};
