import { hour } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { workload } from "../../lab/mesh.ts";

export const labCase = defineCase({
  fault: "mesh.workload-expired",
  title: "a sidecar that has not renewed its certificate for two days",
  side: "server",
  async build(lab) {
    const root = lab.ca("O=cluster.local");
    const identity = "spiffe://cluster.local/ns/shop/sa/web";
    const web = workload(lab, identity, root, {
      notBefore: lab.now - 48 * hour,
      notAfter: lab.now - 24 * hour,
    });
    const port = await lab.https(lab.pemPair(web));
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("root-cert.pem", root)],
      text: [identity, "expired"],
      fix: [identity, "kubectl rollout restart deployment web -n shop"],
    };
  },
});
