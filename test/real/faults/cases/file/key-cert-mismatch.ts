import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.key-cert-mismatch",
  title: "a renewed certificate beside the old key, without a server",
  side: "file",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const { cert } = lab.pair("server", lab.server(["etcd-1"], ca));
    const key = lab.privateKey("server.key", lab.server(["etcd-1"], ca));
    return { args: [cert, key], text: [key, "CN=etcd-1"], fix: [cert, key], also: [] };
  },
});
