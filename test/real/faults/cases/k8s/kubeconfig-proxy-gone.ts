import { kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubeconfig-proxy-url",
  title: "the tunnel that proxy-url leads to has ended",
  side: "config",
  async build(lab) {
    const port = await lab.closedPort();
    const file = kubeconfig(lab, "config", {
      server: "https://10.20.0.10:6443",
      cluster: {
        "certificate-authority": lab.certificates("ca.crt", lab.ca("CN=kubernetes")),
        "proxy-url": `http://127.0.0.1:${port}`,
      },
      user: { token: "x" },
    });
    return { args: [file], text: [`http://127.0.0.1:${port}`, file], fix: ["proxy-url", file] };
  },
});
