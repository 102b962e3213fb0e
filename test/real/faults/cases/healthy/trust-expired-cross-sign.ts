import { defineCase } from "../../lab/lab-case.ts";
import { hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "the cross certificate ended, and the client has the new root",
  async build(lab) {
    const old = lab.ca("CN=old-root");
    const root = lab.ca("CN=new-root");
    const cross = lab.ca("CN=new-root", { issuer: old, key: root.key, notAfter: lab.now - hour });
    const inter = lab.ca("CN=lab-intermediate", { issuer: root });
    const port = await lab.serves(lab.server(["127.0.0.1"], inter), inter, cross);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", root)],
      also: [],
    };
  },
});
