import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.pem-order",
  title: "the CA stands before the server's certificate",
  side: "file",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const leaf = lab.server(["etcd-1"], ca);
    const cert = lab.certificates("server.crt", ca, leaf);
    const key = lab.privateKey("server.key", leaf);
    return { args: [cert, key], text: [cert, "CN=etcd-1"], fix: [cert], also: [] };
  },
});
