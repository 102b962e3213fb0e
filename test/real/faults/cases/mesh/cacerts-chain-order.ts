import { defineCase } from "../../lab/lab-case.ts";
import { cacertsSecret } from "../../lab/mesh.ts";

export const labCase = defineCase({
  fault: "mesh.cacerts-chain",
  title: "cert-chain.pem of the Secret cacerts begins with the root",
  side: "file",
  async build(lab) {
    const root = lab.ca("O=Corp,CN=Root CA");
    const ca = lab.ca("O=Istio,CN=Intermediate CA", { issuer: root });
    const file = cacertsSecret(lab, "cacerts", { ca, root, chain: [root, ca] });
    return { args: [file], text: ["cert-chain.pem", "CN=Root CA", file], fix: ["cert-chain.pem"] };
  },
});
