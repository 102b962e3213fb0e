import { defineCase } from "../../lab/lab-case.ts";
import { workload } from "../../lab/mesh.ts";

export const labCase = defineCase({
  fault: "mesh.trust-domain",
  title: "two clusters with one root and different trust domains",
  side: "config",
  async build(lab) {
    const root = lab.ca("O=Corp,CN=Root CA");
    const rootFile = lab.certificates("root-cert.pem", root);
    const web = workload(lab, "spiffe://east.corp/ns/shop/sa/web", root);
    const port = await lab.https({ ...lab.pemPair(web), clientCa: lab.text(rootFile) });
    const { cert, key } = lab.pair("me", workload(lab, "spiffe://west.corp/ns/shop/sa/cart", root));
    return {
      args: [`127.0.0.1:${port}`, "--ca", rootFile, "--cert", cert, "--key", key],
      text: ["east.corp", "west.corp", cert],
      fix: ["trustDomainAliases", "east.corp"],
    };
  },
});
