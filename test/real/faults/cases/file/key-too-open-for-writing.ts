import { chmodSync } from "node:fs";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.key-too-open",
  title: "everybody may write the key of a pair",
  side: "file",
  async build(lab) {
    const { cert, key } = lab.pair("server", lab.server(["etcd-1"], lab.ca("CN=lab-ca")));
    chmodSync(key, 0o666);
    return { args: [cert, key], text: [key, "0666"], fix: [`chmod 600 ${key}`], also: [] };
  },
});
