import { kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.missing",
  title: "the token's file is not there",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const port = await lab.https(lab.pemPair(lab.server(["127.0.0.1"], ca)));
    const file = kubeconfig(lab, "config", {
      server: `https://127.0.0.1:${port}`,
      cluster: { "certificate-authority": lab.certificates("ca.crt", ca) },
      user: { tokenFile: "token" },
    });
    const path = file.replace(/config$/, "token");
    return { args: [file], text: [path], fix: [file, "tokenFile"] };
  },
});
