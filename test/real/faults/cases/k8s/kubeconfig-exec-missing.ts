import { kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubeconfig-exec-missing",
  title: "the credential plugin is not installed",
  side: "config",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const port = await lab.https(lab.pemPair(lab.server(["127.0.0.1"], ca)));
    const file = kubeconfig(lab, "config", {
      server: `https://127.0.0.1:${port}`,
      cluster: { "certificate-authority": lab.certificates("ca.crt", ca) },
      user: {
        exec: "",
        "  apiVersion": "client.authentication.k8s.io/v1",
        "  command": "aws-iam-authenticator-of-the-lab",
      },
    });
    return {
      args: [file],
      env: { PATH: "/usr/bin:/bin" },
      text: ["aws-iam-authenticator-of-the-lab", file],
      evidence: ["users[0].user.exec.command"],
      fix: ["aws-iam-authenticator-of-the-lab"],
    };
  },
});
