import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "served.key-mismatch",
  title: "Go's words",
  side: "server",
  async build(lab) {
    await Promise.resolve(lab);
    return {
      args: [
        'Get "https://10.0.0.9:8443/": tls: invalid signature by the server certificate: ECDSA verification failure',
      ],
      text: ["10.0.0.9:8443"],
      fix: ["10.0.0.9:8443"],
    };
  },
});
