import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.dns-wrong-address",
  title: "two members of the list have one address, and one certificate",
  side: "network",
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const port = await lab.serves(lab.server(["etcd1.localhost"], ca));
    return {
      args: ["env:"],
      env: {
        ETCDCTL_ENDPOINTS: `https://etcd1.localhost:${port},https://etcd2.localhost:${port}`,
        ETCDCTL_CACERT: lab.certificates("ca.crt", ca),
      },
      text: ["etcd2.localhost", "etcd1.localhost"],
      fix: ["etcd2.localhost"],
      elsewhere: ["ok"],
    };
  },
});
