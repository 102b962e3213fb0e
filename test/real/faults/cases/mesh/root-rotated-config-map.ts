import { readFileSync } from "node:fs";
import { defineCase } from "../../lab/lab-case.ts";
import { cacertsSecret, rootConfigMap } from "../../lab/mesh.ts";

export const labCase = defineCase({
  fault: "mesh.root-rotated",
  title: "istio-ca-root-cert and the Secret cacerts have different roots",
  async build(lab) {
    const root = lab.ca("O=cluster.local");
    const secret = cacertsSecret(lab, "cacerts", { ca: root, root, chain: [root] });
    const file = lab.write(
      "both.yaml",
      `${rootConfigMap(lab.ca("O=cluster.local"))}---\n${readFileSync(secret, "utf8")}`,
    );
    return { args: [file], text: [file], fix: ["cacerts", file], also: [] };
  },
});
