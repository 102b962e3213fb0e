import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.wrong-role-ca",
  title: "kubeadm's tree: the cluster's CA given for etcd",
  side: "client",
  async build(lab) {
    const ca = lab.certificates("pki/ca.crt", lab.ca("CN=kubernetes"));
    const etcd = lab.ca("CN=etcd-ca");
    const right = lab.certificates("pki/etcd/ca.crt", etcd);
    const port = await lab.serves(lab.server(["127.0.0.1"], etcd));
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=etcd-ca", "CN=kubernetes", right],
      fix: [right, ca],
      also: [],
    };
  },
});
