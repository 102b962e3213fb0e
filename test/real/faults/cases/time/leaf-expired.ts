import { defineCase } from "../../lab/lab-case.ts";
import { hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "time.leaf-expired",
  title: "the server's certificate ended an hour ago",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const old = lab.server(["127.0.0.1"], ca, { subject: "CN=etcd-1", notAfter: lab.now - hour });
    const port = await lab.serves(old);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["CN=etcd-1", "expired"],
      fix: ["CN=etcd-1", "CN=lab-ca", `127.0.0.1:${port}`],
      also: [],
    };
  },
});
