import { formatName } from "../../../x509/names.ts";
import { defineFault } from "../../fault.ts";
import { locationText } from "../../location.ts";
import { greetedOf, writtenText } from "../../reach.ts";
import { callIt, certificateFacts } from "../../words.ts";

export const fault = defineFault({
  id: "proto.sni-default-cert",
  title: "Ingress shows its default certificate",
  side: "server",
  severity: "fault",
  stage: "negotiate",
  explains: [
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "trust.self-signed-leaf",
    "trust.system-store",
    "trust.ca-key-changed",
    "trust.wrong-role-ca",
    "trust.missing-intermediate",
    "name.host-mismatch",
    "name.ip-missing",
    "name.no-names",
    "name.cn-only",
    "name.ip-as-dns",
    "name.wildcard-depth",
    "name.wildcard-apex",
    "served.stale",
    "served.not-configured-file",
    "time.served-stale",
    "net.dns-wrong-address",
  ],
  cites: [
    "ingress-nginx, TLS/HTTPS: Default SSL Certificate",
    "Traefik, TLS: Default Certificate",
    "RFC 6066 section 3: server_name",
  ],
  explain: `An ingress or proxy has no certificate for the name that was asked for, so it shows the one it makes for itself:
"Kubernetes Ingress Controller Fake Certificate", "TRAEFIK DEFAULT CERT". The certificate that is meant is not missing from the
client's trust; it is not served at all: there is no Ingress rule with \`tls\` for that host, its Secret does not exist, is in another
namespace or does not have \`tls.crt\` and \`tls.key\`, or the client came by address and sent no name.`,
  detect(seen) {
    const greeted = greetedOf(seen);
    const { served } = seen;
    if (greeted === undefined || served === undefined) return undefined;
    const { leaf, failures } = served;
    // Somebody who trusts it and calls it by its name means it.
    if (failures.go.length === 0) return undefined;
    const names = [formatName(leaf.subject), formatName(leaf.issuer)];
    const known = defaults.find(({ sign }) => names.some((name) => sign.test(name)));
    if (known === undefined) return undefined;
    const { where, endpoint, main } = greeted;
    const name = main.servername;
    return {
      text: `${where} shows the default certificate of ${known.of} (${callIt(leaf)}): it has none for ${name === undefined ? "a client that sends no name" : `"${name}"`}`,
      subject: name ?? where,
      certainty: "proved",
      evidence: [
        `the server sent ${certificateFacts(leaf)}`,
        name === undefined
          ? "the client sent no name (SNI), since it was given an address"
          : `the client asked for "${name}" (SNI)`,
        writtenText(endpoint),
      ],
      breaks: `clients of ${name ?? where} refuse the certificate, whatever CA they have`,
      fix: [
        name === undefined
          ? {
              does: `use a host name of the ingress in place of the address "${endpoint.host}" in ${locationText(endpoint.source)}`,
              command: `certwright doctor ${where} --servername NAME`,
            }
          : {
              does: `on ${known.of}, make a rule with tls for the host ${name}, whose Secret of type kubernetes.io/tls is in the same namespace; see which there are`,
              command: "kubectl get ingress -A -o wide",
            },
      ],
    };
  },
});

/** What ingresses call the certificates that they make for themselves. */
const defaults: readonly { readonly sign: RegExp; readonly of: string }[] = [
  { sign: /Kubernetes Ingress Controller Fake Certificate|ingress\.local/i, of: "ingress-nginx" },
  { sign: /TRAEFIK DEFAULT CERT|\.traefik\.default/i, of: "Traefik" },
  { sign: /O=Acme Co\b/i, of: "the ingress" },
  {
    sign: /default backend.*(?:fake|default)|fake certificate|default[- ]server[- ]cert|HAProxy.*(?:default|fake)|NGINXIngressController|Kong.*default|CN=(?:default|invalid)[. ](?:cert|invalid)/i,
    of: "the ingress",
  },
];
