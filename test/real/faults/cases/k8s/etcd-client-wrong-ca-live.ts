import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.etcd-client-wrong-ca",
  title: "the static pod's client certificate, tried on the etcd that runs",
  needs: ["etcd"],
  async build(lab) {
    const etcdCa = lab.ca("CN=etcd-ca");
    const server = lab.pair("etcd", lab.server(["127.0.0.1"], etcdCa));
    const caFile = lab.certificates("etcd-ca.crt", etcdCa);
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    const other = lab.ca("CN=kubernetes");
    const { path } = kubeadmTree(lab, {
      issuers: { "etcd-client": other },
      flags: { "etcd-servers": `https://127.0.0.1:${port}`, "etcd-cafile": caFile },
    });
    return {
      args: [path("manifests/kube-apiserver.yaml")],
      text: [path("pki/apiserver-etcd-client.crt"), "CN=kubernetes"],
      fix: [path("pki/apiserver-etcd-client.crt")],
    };
  },
});
