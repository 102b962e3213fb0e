import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.front-proxy-ca",
  title: "the allowed names do not have the front proxy",
  async build(lab) {
    const { root } = kubeadmTree(lab, { flags: { "requestheader-allowed-names": "aggregator" } });
    return { args: [root], text: ["front-proxy-client", "aggregator"], fix: ["CN=aggregator"] };
  },
});
