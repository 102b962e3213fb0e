import { kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubeconfig-insecure-with-ca",
  title: "insecure-skip-tls-verify was added beside the CA",
  side: "config",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const port = await lab.https(lab.pemPair(lab.server(["127.0.0.1"], ca)));
    const file = kubeconfig(lab, "config", {
      server: `https://127.0.0.1:${port}`,
      cluster: {
        "certificate-authority": lab.certificates("ca.crt", ca),
        "insecure-skip-tls-verify": "true",
      },
      user: { token: "x" },
    });
    return { args: [file], text: [file], fix: [file, "insecure-skip-tls-verify"] };
  },
});
