import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "name.service-dns",
  title: "Certificate lacks the service's name in the cluster",
  side: "server",
  severity: "fault",
  stage: "name",
  explains: ["name.host-mismatch"],
  cites: [
    "Kubernetes: admissionregistration.k8s.io/v1 WebhookClientConfig.service",
    "kubernetes/dns specification section 2.3",
  ],
  explain: `Inside a cluster a service is reached by names made of its own and its namespace's: the API server calls webhooks and
aggregated APIs as \`SERVICE.NAMESPACE.svc\`, others add \`.cluster.local\`. The certificate is for other names, often
of another namespace or of the pod.`,
  detect: (seen) =>
    nameFault(seen, "service-dns", (t) => {
      const short = t.wanted.replace(/\.svc(?:\.cluster\.local)?$/i, "");
      const three = `${short}, ${short}.svc, ${short}.svc.cluster.local`;
      return {
        text: `${t.certificate} is not for the service's name "${t.wanted}" but for ${t.present}`,
        fix: [{ does: `issue the server's certificate again with the names ${three}` }],
      };
    }),
});
