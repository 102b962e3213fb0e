import { createPublicKey } from "node:crypto";
import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.public-key",
  title: "the key is the public half",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "key", ({ keyPem }) =>
      createPublicKey(keyPem).export({ type: "spki", format: "pem" }),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
