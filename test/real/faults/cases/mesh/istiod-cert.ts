import { hour } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "mesh.istiod-cert",
  title: "istiod serves its webhooks with an expired certificate",
  side: "server",
  async build(lab) {
    const root = lab.ca("O=cluster.local");
    const istiod = lab.server(["istiod.istio-system.svc"], root, {
      notBefore: lab.now - 48 * hour,
      notAfter: lab.now - hour,
    });
    const port = await lab.https(lab.pemPair(istiod));
    return {
      args: [
        `127.0.0.1:${port}`,
        "--servername",
        "istiod.istio-system.svc",
        "--ca",
        lab.certificates("root-cert.pem", root),
      ],
      text: ["istiod", "expired"],
      fix: ["istiod"],
      also: [],
    };
  },
});
