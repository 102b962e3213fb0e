import { formatName } from "../../../x509/names.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { failureOf } from "../../for-whom.ts";
import { injectorOf, objectNamed } from "../../webhook.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts } from "../../words.ts";

export const fault = defineFault({
  id: "k8s.webhook-cabundle-empty",
  title: "Webhook has no caBundle",
  side: "config",
  severity: "fault",
  stage: "trust",
  explains: [
    "trust.no-ca-configured",
    "trust.unknown-ca",
    "trust.system-store",
    "trust.self-signed-leaf",
    "k8s.webhook-cabundle",
  ],
  cites: [
    "Kubernetes: admissionregistration.k8s.io/v1 WebhookClientConfig.caBundle",
    "cert-manager: CA injector",
  ],
  explain: `Without \`caBundle\` kube-apiserver trusts the public CAs of its own container for a webhook, and a private certificate
is from none of them. Usually something was to fill it in and has not: cert-manager's cainjector (its annotation is wrong, its
Certificate is not ready, it does not run), Istio, or a job of a Helm chart; or an apply overwrote what it had put there.`,
  detect(seen) {
    const { endpoint, client, served } = seen;
    if (endpoint?.program !== "webhook" || client.ca !== undefined || client.insecure)
      return undefined;
    if (endpoint.scheme === "http") return undefined;
    const found =
      served === undefined ? undefined : failureOf(served.failures, "unknown-authority");
    if (served !== undefined && found === undefined) return undefined;
    const name = objectNamed(seen);
    const place = locationText(client.places.ca);
    const injector = injectorOf(seen);
    const issuer = served === undefined ? undefined : formatName(served.chain.at(-1)!.issuer);
    return {
      text: `${name} has no caBundle, so that kube-apiserver cannot trust ${endpointText(endpoint)}${issuer === undefined ? "" : `, whose certificate comes from "${issuer}"`}`,
      subject: name,
      certainty: served === undefined ? "likely" : "proved",
      evidence: [
        `${place} is not set, or empty`,
        ...(injector === undefined
          ? []
          : [`it was to be filled in: ${injector.key} is "${injector.value}"`]),
        ...(served === undefined
          ? []
          : [
              `the server sent ${served.chain.map(certificateFacts).join(", then ")} (${callIt(served.leaf)})`,
            ]),
      ],
      breaks: `kube-apiserver refuses the server with "certificate signed by unknown authority"`,
      fix: [
        injector === undefined
          ? {
              does: `put the CA ${issuer === undefined ? "that issues the server's certificate" : `"${issuer}"`}, as base64 of its PEM, into ${place}`,
              command: "base64 -w0 < ca.crt",
            }
          : {
              does: `find out why ${injector.key} was not followed ("${injector.value}": is it ready, is its name right, does cainjector run?), or put the CA into ${place} by hand`,
              command:
                `kubectl describe certificate -n ${injector.value.split("/")[0]!} ${injector.value.split("/")[1] ?? ""}`.trim(),
            },
      ],
    };
  },
});
