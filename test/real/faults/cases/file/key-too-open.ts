import { readFileSync } from "node:fs";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.key-too-open",
  title: "everybody may read the key",
  side: "file",
  async build(lab) {
    const pem = readFileSync(lab.privateKey("a.key", lab.ca("CN=lab")), "utf8");
    const path = lab.write("ca.key", pem, 0o644);
    return { args: [path], text: [path, "0644"], fix: [`chmod 600 ${path}`], also: [] };
  },
});
