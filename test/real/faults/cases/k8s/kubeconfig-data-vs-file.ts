import { inBase64, kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubeconfig-data-vs-file",
  title: "a renewed CA file beside the data of the old one",
  side: "config",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const port = await lab.https(lab.pemPair(lab.server(["127.0.0.1"], ca)));
    const caFile = lab.certificates("ca.crt", ca);
    const file = kubeconfig(lab, "config", {
      server: `https://127.0.0.1:${port}`,
      cluster: {
        "certificate-authority": caFile,
        "certificate-authority-data": inBase64(caFile),
      },
      user: { token: "x" },
    });
    return {
      args: [file],
      text: [file, "certificate-authority", caFile],
      evidence: ["clusters[0].cluster.certificate-authority-data"],
      fix: [file, "certificate-authority-data"],
    };
  },
});
