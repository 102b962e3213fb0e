import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.system-store",
  title: "a program in an image without CAs",
  side: "client",
  async build(lab) {
    await Promise.resolve(lab);
    return {
      args: [
        'Get "https://registry.example.test/v2/": x509: failed to load system roots and no roots provided',
      ],
      fix: ["ca-certificates"],
    };
  },
});
