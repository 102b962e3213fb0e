import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a self-signed certificate that is the CA file itself",
  async build(lab) {
    const self = lab.ca("CN=127.0.0.1", {
      extensions: {
        subjectAltName: [{ kind: "ip", bytes: Uint8Array.of(127, 0, 0, 1), value: "127.0.0.1" }],
        keyUsage: ["digitalSignature", "keyCertSign"],
      },
    });
    const port = await lab.serves(self);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", self)],
    };
  },
});
