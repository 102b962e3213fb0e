import { readFileSync } from "node:fs";
import { pemOf } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.pem-order",
  title: "the key stands before the certificate",
  side: "file",
  async build(lab) {
    const leaf = lab.server(["etcd-1"], lab.ca("CN=lab-ca"));
    const key = readFileSync(lab.privateKey("server.key", leaf), "utf8");
    const path = lab.write("server.pem", key + pemOf(leaf));
    return { args: [path], text: [path], fix: [path], also: [] };
  },
});
