import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.rotation-incomplete",
  title: "one of two endpoints has a certificate of the new CA",
  side: "client",
  async build(lab) {
    const old = lab.ca("CN=etcd-ca");
    const next = lab.ca("CN=etcd-ca");
    const one = await lab.serves(lab.server(["127.0.0.1"], old));
    const two = await lab.serves(lab.server(["127.0.0.1"], next));
    const ca = lab.certificates("ca.crt", old);
    return {
      args: [`127.0.0.1:${one}`, `127.0.0.1:${two}`, "--ca", ca],
      text: ["CN=etcd-ca", ca, `127.0.0.1:${two}`],
      fix: [ca, "CN=etcd-ca"],
      elsewhere: ["ok"],
    };
  },
});
