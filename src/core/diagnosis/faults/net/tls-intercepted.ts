import { formatName } from "../../../x509/names.ts";
import type { Certificate } from "../../../model/certificate.ts";
import { bytesOfFirst } from "../../served-elsewhere.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import { failureOf } from "../../for-whom.ts";
import { greetedOf, writtenText } from "../../reach.ts";
import { callIt, certificateFacts, subjectsText } from "../../words.ts";

export const fault = defineFault({
  id: "net.tls-intercepted",
  title: "TLS is opened on the way",
  side: "network",
  severity: "fault",
  stage: "negotiate",
  explains: [
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "trust.self-signed-leaf",
    "trust.system-store",
    "trust.wrong-role-ca",
    "served.stale",
    "served.not-configured-file",
    "time.served-stale",
    "client.none-sent",
    "client.wrong-ca",
    "client.ca-list-mismatch",
  ],
  cites: [
    "RFC 8446 section 9.3: middleboxes that terminate TLS",
    "US-CERT TA17-075A: HTTPS interception weakens TLS security",
  ],
  explain: `Something between client and server opens the connection: a firewall, web gateway or antivirus with "TLS inspection",
which makes a certificate of its own for every server. The client sees the wanted name, issued by the inspector's CA in place of
the server's. With a private CA this always fails, and with client certificates it cannot work at all: the inspector does not have
their keys.

The sign is an issuer that is none of yours, and that differs from the one seen on another way to the same server.`,
  detect(seen) {
    const greeted = greetedOf(seen);
    const { served, client } = seen;
    if (greeted === undefined || served === undefined) return undefined;
    if (failureOf(served.failures, "unknown-authority") === undefined) return undefined;
    const { where, endpoint } = greeted;
    const { leaf, chain, anchors } = served;
    const top = chain.at(-1)!;
    const named = inspector(chain);
    const other = directLeaf(seen);
    if (named === undefined && other === undefined) return undefined;
    const issuer = formatName(leaf.issuer);
    return {
      text: `the connection to ${where} is opened on the way: its certificate comes from "${issuer}", ${named === undefined ? "and not from the server's CA" : "a TLS inspection"}`,
      subject: where,
      certainty: other === undefined ? "likely" : "proved",
      evidence: [
        `what came as the server's chain is ${chain.map(certificateFacts).join(", then ")}`,
        ...(named === undefined
          ? []
          : [`"${named}" is what inspecting proxies and firewalls call themselves`]),
        ...(other === undefined ? [] : [other]),
        ...(client.proxy === undefined
          ? []
          : [
              `the connection goes through the proxy of ${client.proxy.source.field ?? client.proxy.source.file}`,
            ]),
        `${client.who} trusts ${subjectsText(anchors)}`,
        writtenText(endpoint),
      ],
      breaks: `${client.who} refuses ${callIt(leaf)}; client certificates cannot reach the server through it`,
      fix: [
        {
          does: `have ${where} excepted from TLS inspection (bypass) by whoever runs "${formatName(top.issuer)}", or reach it on a way around (NO_PROXY); do not add that CA to the client's trust`,
        },
      ],
    };
  },
});

/** Products and words that stand in the names of inspecting CAs. */
const inspectors =
  /zscaler|netskope|fortinet|fortigate|forti ?ca|palo ?alto|pan-?os|blue ?coat|symantec (?:proxy|swg)|forcepoint|websense|umbrella|cisco (?:secure|swg|ironport)|sophos|mcafee|trellix|skyhigh|menlo|iboss|barracuda|check ?point|watchguard|sonicwall|untangle|smoothwall|lightspeed|securly|mitm|charles proxy|burp|portswigger|fiddler|squid|kaspersky|avast|avg |eset|bitdefender|inspect|intercept|decrypt|ssl ?proxy|tls ?proxy|forward[- ]?(?:proxy|trust)|web ?gateway|secure gateway|security gateway|web ?filter|\bswg\b|(?<!front-)(?<!kube-)\bproxy[- ]ca\b|appliance|firewall|man.in.the.middle/i;

const inspector = (chain: readonly Certificate[]): string | undefined =>
  chain
    .flatMap(({ issuer, subject }) => [formatName(issuer), formatName(subject)])
    .slice(0, 1)
    .concat(chain.slice(1).map(({ subject }) => formatName(subject)))
    .find((name) => inspectors.test(name));

/** On the way around the proxy another certificate is shown. */
const directLeaf = (seen: Case): string | undefined => {
  const direct = bytesOfFirst(seen.probes?.followUps.direct);
  const proxied = bytesOfFirst(seen.probes?.main);
  if (direct === undefined || proxied === undefined) return undefined;
  return direct === proxied
    ? undefined
    : "past the proxy, the same host and port show another certificate";
};
