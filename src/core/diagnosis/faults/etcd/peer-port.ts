import { formatName } from "../../../x509/names.ts";
import type { Case } from "../../case.ts";
import { configOf } from "../../config.ts";
import { endpointText } from "../../endpoint.ts";
import { etcdConfigs, urlsOf } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import { locationText } from "../../location.ts";
import { certificateFacts } from "../../words.ts";

export const fault = defineFault({
  id: "etcd.peer-port",
  title: "A client of etcd calls the port for peers",
  side: "config",
  severity: "fault",
  stage: "first-bytes",
  explains: [
    "trust.unknown-ca",
    "trust.ca-key-changed",
    "trust.wrong-role-ca",
    "trust.no-ca-configured",
    "client.wrong-ca",
    "client.ca-list-mismatch",
    "client.none-sent",
    "client.rejected",
    "client.no-clientauth",
    "proto.alpn-mismatch",
  ],
  cites: [
    "etcd Documentation: 2379 for clients, 2380 for peers",
    "etcd server/embed/etcd.go: servePeers",
  ],
  explain: `etcd listens for clients on 2379 and for its peers on 2380. Peers have their own certificates, often of their own CA:
a client on the peer port sees a certificate "signed by unknown authority", or is refused itself, and nothing is wrong with
either certificate. Where both have the same CA the handshake works and every request ends with "Unimplemented".`,
  detect(seen) {
    const { endpoint, client, served, probes } = seen;
    if (endpoint === undefined || probes?.main.handshake === undefined) return undefined;
    const { port } = endpoint;
    const named = etcdConfigs(seen).some(
      (config) =>
        urlsOf(config, "listen-peer-urls").some((url) => url.port === port) &&
        !urlsOf(config, "listen-client-urls").some((url) => url.port === port),
    );
    const ofClient =
      configOf(seen.configs, "calicoctl") !== undefined ||
      configOf(seen.configs, "etcd-client-environment") !== undefined;
    const answers = probes.etcd?.peer === true;
    // Whoever trusts the peers' CA is a peer, or wants to know how peers fare.
    const troubled = served !== undefined && served.failures.go.length > 0;
    const called = isPeers(seen);
    const known = answers || (named && endpoint.source.file !== etcdConfigs(seen)[0]?.file);
    if (!known && !(port === 2380 && (ofClient || troubled)) && !(troubled && called))
      return undefined;
    const where = endpointText(endpoint);
    return {
      text: `${where} is etcd's port for its peers, not the one for clients`,
      subject: where,
      certainty: known || port === 2380 ? "proved" : "likely",
      ...(ofClient || troubled || named ? {} : { severity: "info" as const }),
      evidence: [
        `${client.who} is sent there by ${locationText(endpoint.source)}`,
        ...(served === undefined ? [] : [`the server sent ${certificateFacts(served.leaf)}`]),
        ...(answers ? ["it answers the requests of peers (/members)"] : []),
      ],
      breaks: "clients of etcd get no answer there",
      fix: [
        {
          does: `write the client port (2379 unless set otherwise) in place of ${port} in ${locationText(endpoint.source)}`,
          command: `certwright doctor ${endpoint.host}:2379`,
        },
      ],
    };
  },
});

/** What is served, or asked for, is called a peer's. */
const isPeers = ({ served, demand, target }: Case): boolean => {
  if (target.kind === "kubeadm" || served === undefined) return false;
  const names = [formatName(served.leaf.issuer), ...(demand?.authorities ?? [])];
  return names.some((name) => /peer/i.test(name));
};
