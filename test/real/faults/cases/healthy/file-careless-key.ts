import { chmodSync } from "node:fs";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a pair that fits, its key readable by all: said, but no fault of the pair",
  async build(lab) {
    const { cert, key } = lab.pair("server", lab.server(["etcd-1"], lab.ca("CN=lab-ca")));
    chmodSync(key, 0o644);
    return { args: [cert, key], also: ["file.key-too-open"] };
  },
});
