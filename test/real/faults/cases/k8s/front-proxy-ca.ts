import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.front-proxy-ca",
  title: "the front proxy certificate comes from the CA of the cluster",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const { root, path } = kubeadmTree(lab, { ca, issuers: { "front-proxy-client": ca } });
    return {
      args: [root],
      text: [path("pki/front-proxy-client.crt"), "CN=front-proxy-ca"],
      fix: [path("pki/front-proxy-client.crt"), path("pki/front-proxy-ca.crt")],
    };
  },
});
