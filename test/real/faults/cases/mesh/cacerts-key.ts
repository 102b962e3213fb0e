import { defineCase } from "../../lab/lab-case.ts";
import { cacertsFolder } from "../../lab/mesh.ts";

export const labCase = defineCase({
  fault: "file.key-cert-mismatch",
  title: "ca-key.pem of Istio's CA belongs to another certificate",
  async build(lab) {
    const root = lab.ca("O=Corp,CN=Root CA");
    const folder = cacertsFolder(lab, {
      ca: lab.ca("O=Istio,CN=Intermediate CA", { issuer: root }),
      root,
    });
    lab.privateKey("cacerts/ca-key.pem", root);
    return { args: [folder], text: ["ca-key.pem", "CN=Intermediate CA"], fix: ["ca-key.pem"] };
  },
});
