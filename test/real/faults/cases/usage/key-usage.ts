import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "usage.key-usage",
  title: "non-repudiation only: OpenSSL refuses, Go accepts",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const port = await lab.serves(
      lab.server(["127.0.0.1"], ca, { extensions: { keyUsage: ["contentCommitment"] } }),
    );
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["contentCommitment"],
      fix: ["digitalSignature"],
      also: [],
    };
  },
});
