import { defineCase } from "../../lab/lab-case.ts";
import { hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "time.leaf-expired",
  title: "an expired certificate file, without a server",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const old = lab.server(["etcd-1"], ca, { notAfter: lab.now - hour });
    const { cert } = lab.pair("server", old);
    return {
      args: [cert, "--ca", lab.certificates("ca.crt", ca)],
      text: ["CN=etcd-1", cert],
      fix: [cert, "CN=lab-ca"],
      also: [],
    };
  },
});
