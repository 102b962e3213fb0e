import { kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { day } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "time.leaf-expired",
  title: "a kubeconfig with a credential plugin, whose server has an expired certificate",
  async build(lab) {
    lab.write("login", "#!/bin/sh\n", 0o700);
    const ca = lab.ca("CN=kubernetes");
    const expired = { notBefore: lab.now - 30 * day, notAfter: lab.now - day };
    const port = await lab.serves(lab.server(["127.0.0.1"], ca, expired));
    const file = kubeconfig(lab, "config", {
      server: `https://127.0.0.1:${port}`,
      cluster: { "certificate-authority": lab.certificates("ca.crt", ca) },
      user: { exec: "", "  apiVersion": "client.authentication.k8s.io/v1", "  command": "./login" },
    });
    return { args: [file], text: ["127.0.0.1"], also: [] };
  },
});
