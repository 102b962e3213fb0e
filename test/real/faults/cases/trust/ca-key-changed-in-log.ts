import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.ca-key-changed",
  title: "kubectl's words",
  side: "client",
  async build(lab) {
    await Promise.resolve(lab);
    return {
      args: [
        'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "kubernetes")',
      ],
      text: ["kubernetes"],
      fix: ["kubernetes"],
    };
  },
});
