import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.double-base64",
  title: "Base64 of PEM: decoded once too few",
  codes: ["file.double-base64"],
  says: () => "is base64 of PEM: it was decoded once too few times",
  breaks: 'programs find no block in it; kubectl says "failed to find any PEM data"',
  fix: (path, file) => [
    {
      does: `decode ${file.name} once`,
      command: `base64 -d ${path} > ${path}.new && mv ${path}.new ${path}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
    "file.bad-der",
  ],
  cites: ["Kubernetes: data of a Secret is base64", "RFC 4648"],
  explain: `The file begins with LS0tLS1CRUdJTi: that is "-----BEGIN" in base64. A Secret's \`data\` and the \`…-data\` fields of a
kubeconfig are base64 of PEM; taken out with \`kubectl get -o yaml\` they need \`base64 -d\`, and put in as \`stringData\` or by
Helm's \`b64enc\` they are encoded twice.`,
});
