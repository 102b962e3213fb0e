import { day } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { cacertsSecret } from "../../lab/mesh.ts";

export const labCase = defineCase({
  fault: "mesh.citadel-root-expired",
  title: "the self-signed root of Citadel is over a year old",
  side: "file",
  async build(lab) {
    const root = lab.ca("O=cluster.local", {
      notBefore: lab.now - 370 * day,
      notAfter: lab.now - 5 * day,
    });
    const file = cacertsSecret(lab, "istio-ca-secret", { ca: root, root, chain: [root] });
    return {
      args: [file],
      text: [file, "O=cluster.local", "expired"],
      fix: ["istio-ca-secret", "istiod"],
    };
  },
});
