import { createPrivateKey } from "node:crypto";
import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.encrypted-key",
  title: "the key has a passphrase",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "key", ({ keyPem }) =>
      createPrivateKey(keyPem).export({
        type: "pkcs8",
        format: "pem",
        cipher: "aes-256-cbc",
        passphrase: "lab",
      }),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
