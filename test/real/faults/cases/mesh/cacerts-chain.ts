import { defineCase } from "../../lab/lab-case.ts";
import { cacertsFolder } from "../../lab/mesh.ts";

export const labCase = defineCase({
  fault: "mesh.cacerts-chain",
  title: "root-cert.pem is that of another root",
  side: "file",
  async build(lab) {
    const root = lab.ca("O=Corp,CN=Root CA");
    const ca = lab.ca("O=Istio,CN=Intermediate CA", { issuer: root });
    const folder = cacertsFolder(lab, { ca, root: lab.ca("O=Corp,CN=Other Root"), chain: [ca] });
    return {
      args: [folder],
      text: ["ca-cert.pem", "CN=Root CA", "CN=Other Root"],
      fix: ["root-cert.pem", "CN=Root CA"],
      also: [],
    };
  },
});
