import { kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { sshProxy } from "../../lab/proxies.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a kubeconfig whose proxy-url is a real ssh -D",
  needs: ["openssh-server"],
  within: 4000,
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const server = await lab.serves(lab.server(["127.0.0.1"], ca));
    const proxy = await sshProxy(lab);
    const config = kubeconfig(lab, "config", {
      server: `https://127.0.0.1:${server}`,
      cluster: {
        "certificate-authority": lab.certificates("ca.crt", ca),
        "proxy-url": `socks5://127.0.0.1:${proxy}`,
      },
    });
    return { args: [config], evidence: [`through the proxy 127.0.0.1:${proxy}`], also: [] };
  },
});
