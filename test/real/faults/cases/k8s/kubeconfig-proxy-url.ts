import { kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubeconfig-proxy-url",
  title: "proxy-url has a scheme that kubectl does not know",
  side: "config",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const port = await lab.https(lab.pemPair(lab.server(["127.0.0.1"], ca)));
    const file = kubeconfig(lab, "config", {
      server: `https://127.0.0.1:${port}`,
      cluster: {
        "certificate-authority": lab.certificates("ca.crt", ca),
        "proxy-url": "ftp://127.0.0.1:3128",
      },
      user: { token: "x" },
    });
    return { args: [file], text: ["ftp://127.0.0.1:3128", file], fix: ["proxy-url", file] };
  },
});
