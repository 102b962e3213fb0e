import { defineCase } from "../../lab/lab-case.ts";
import { hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "trust.expired-cross-sign",
  title: "a client with the old root only, and a cross certificate that ended",
  side: "server",
  async build(lab) {
    const old = lab.ca("CN=old-root");
    const root = lab.ca("CN=new-root");
    const cross = lab.ca("CN=new-root", { issuer: old, key: root.key, notAfter: lab.now - hour });
    const inter = lab.ca("CN=lab-intermediate", { issuer: root });
    const port = await lab.serves(lab.server(["127.0.0.1"], inter), inter, cross);
    const ca = lab.certificates("ca.crt", old);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=new-root", "CN=old-root", "expired"],
      fix: [ca, "CN=new-root"],
      also: [],
    };
  },
});
