import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { etcdConfigs, urlsOf } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "etcd.advertise-http",
  title: "etcd advertises http URLs and listens with TLS",
  side: "config",
  severity: "fault",
  stage: "deployment",
  cites: ["etcd clientv3: AutoSyncInterval, Sync", "etcd server/embed: advertise-client-urls"],
  explain: `Members tell clients and each other their advertise-client-urls. When those say http:// and the member listens with
TLS, a client that was given one good endpoint works until it asks for the list of members (endpoint sync, --cluster,
calico's and Patroni's etcd3 clients), and then fails at every one of them.`,
  detect: (seen) => fromConfig(seen) ?? fromMembers(seen),
});

const sides = [
  { listen: "listen-client-urls", advertise: "advertise-client-urls" },
  { listen: "listen-peer-urls", advertise: "initial-advertise-peer-urls" },
] as const;

const fromConfig = (seen: Case): Detected | undefined => {
  for (const config of etcdConfigs(seen))
    for (const { listen, advertise } of sides) {
      const listed = urlsOf(config, listen);
      const told = urlsOf(config, advertise);
      const plain = told.find(({ scheme }) => scheme === "http");
      const secure = listed.find(({ scheme }) => scheme === "https");
      if (plain === undefined || secure === undefined) continue;
      // A plain URL that is really listened on is no contradiction.
      if (listed.some(({ scheme, port }) => scheme === "http" && port === plain.port)) continue;
      return {
        text: `etcd advertises ${plain.text}, and listens there with TLS`,
        subject: config.file,
        certainty: "proved",
        evidence: [
          `${locationText(plain.field.at)} has ${plain.text}`,
          `${locationText(secure.field.at)} has ${secure.text}`,
        ],
        breaks:
          "clients that ask for the list of members, and members that are told where a peer is, speak plain HTTP to a TLS port",
        fix: [
          {
            does: `write ${plain.text.replace("http:", "https:")} in ${locationText(plain.field.at)} and restart the member`,
            command: `grep -n urls ${config.file}`,
          },
        ],
      };
    }
  return undefined;
};

const fromMembers = ({ endpoint, probes }: Case): Detected | undefined => {
  if (endpoint === undefined || probes?.main.handshake?.completed !== true) return undefined;
  const members = probes.etcd?.members ?? [];
  const plain = members.filter(({ clientUrls }) =>
    clientUrls.some(
      (url) =>
        url.startsWith("http:") &&
        !clientUrls.includes(url.replace("http:", "https:")) &&
        url.endsWith(`:${endpoint.port}`),
    ),
  );
  const [first] = plain;
  if (first === undefined) return undefined;
  const url = first.clientUrls.find((one) => one.startsWith("http:"))!;
  return {
    text: `the member ${first.name} of etcd advertises ${url} to its clients, while ${endpointText(endpoint)} speaks TLS`,
    subject: endpointText(endpoint),
    certainty: "proved",
    side: "server",
    evidence: plain.map(({ name, clientUrls }) => `member ${name}: ${clientUrls.join(", ")}`),
    breaks: "clients that ask for the list of members speak plain HTTP to a TLS port",
    fix: [
      {
        does: `set --advertise-client-urls of ${first.name} to ${url.replace("http:", "https:")} and restart it`,
      },
    ],
  };
};
