import type { Case } from "../../case.ts";
import { etcdConfigs, lineSaying, lineText, urlsOf } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "etcd.client-port-from-peer",
  title: "A peer is dialled at its client port",
  side: "config",
  severity: "fault",
  stage: "config",
  cites: [
    "etcd server/etcdserver/api/rafthttp: unexpected http status",
    "etcd Documentation: 2379 and 2380",
  ],
  explain: `Members talk to each other on the peer port (2380), clients on the client port (2379). A URL with 2379 in
initial-cluster or initial-advertise-peer-urls makes members dial a port that knows nothing of raft: TLS may even work, and
then comes 404, or the certificate for clients is not the one that peers trust.`,
  detect: (seen) => fromConfig(seen) ?? fromLog(seen),
});

const fromConfig = (seen: Case): Detected | undefined => {
  for (const config of etcdConfigs(seen)) {
    const clients = urlsOf(config, "listen-client-urls").map(({ port }) => port);
    const peers = urlsOf(config, "listen-peer-urls").map(({ port }) => port);
    for (const key of ["initial-cluster", "initial-advertise-peer-urls"]) {
      const wrong = urlsOf(config, key).find(
        ({ port }) =>
          !peers.includes(port) && (clients.includes(port) || (port === 2379 && peers.length > 0)),
      );
      if (wrong === undefined) continue;
      return {
        text: `${locationText(wrong.field.at)} sends peers to ${wrong.text}, which is a port for clients`,
        subject: config.file,
        certainty: "proved",
        evidence: [
          `${locationText(wrong.field.at)} has ${wrong.text}`,
          `peers are listened for on port ${peers.join(", ") || "2380"}, clients on ${clients.join(", ") || "2379"}`,
        ],
        breaks: "the members do not find each other",
        fix: [
          {
            does: `write port ${peers[0] ?? 2380} in place of ${wrong.port} in ${locationText(wrong.field.at)}`,
            command: `grep -n urls ${config.file}`,
          },
        ],
      };
    }
  }
  return undefined;
};

const fromLog = (seen: Case): Detected | undefined => {
  const words =
    /(https?:\/\/[^\s"\\/]+:2379)\/raft|(https?:\/\/[^\s"\\/]+)\/raft\S*.*(?:404|Not Found)|unexpected http status (?:Not Found|404).*?(https?:\/\/[^\s"\\/]+)/i;
  const line = lineSaying(seen, words);
  const parts = words.exec(line?.text ?? "");
  if (line === undefined || parts === null) return undefined;
  const url = parts[1] ?? parts[2] ?? parts[3] ?? "its client port";
  return {
    text: `etcd dials a peer at ${url}, which is a port for clients`,
    subject: url,
    certainty: "proved",
    evidence: [lineText(line)],
    breaks: "the members do not find each other",
    fix: [
      {
        does: `write the peer port (2380) in place of ${url} in --initial-cluster and --initial-advertise-peer-urls; for a running cluster, correct the member`,
        command: "etcdctl member update MEMBER_ID --peer-urls=https://HOST:2380",
      },
    ],
  };
};
