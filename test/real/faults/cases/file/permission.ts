import { chmodSync } from "node:fs";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.permission",
  title: "nobody may read the key, as a careless chmod left it",
  side: "file",
  async build(lab) {
    const { cert, key } = lab.pair("server", lab.server(["etcd-1"], lab.ca("CN=lab-ca")));
    chmodSync(key, 0o000);
    return { args: [cert, key], text: [key], fix: [`namei -l ${key}`], also: [] };
  },
});
