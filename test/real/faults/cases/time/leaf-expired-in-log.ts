import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "time.leaf-expired",
  title: "kubectl's words",
  side: "server",
  async build(lab) {
    await Promise.resolve(lab);
    return {
      args: ["--log", "-"],
      stdin:
        "Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-22T10:17:16Z is after 2026-10-18T10:15:11Z\n",
      text: ["2026-10-18T10:15:11Z"],
      fix: ["restart"],
    };
  },
});
