import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.no-ca-configured",
  title: "ETCD_ENDPOINTS is set, and no CA: calicoctl hangs",
  side: "client",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const { port } = await lab.etcd({ ...server, clientCa: lab.certificates("etcd.ca", ca) });
    return {
      args: ["env:"],
      env: { ETCD_ENDPOINTS: `https://127.0.0.1:${port}` },
      text: ["CN=etcd-ca", "calicoctl"],
      fix: ["ETCD_CA_CERT_FILE", "CN=etcd-ca"],
      also: ["client.none-sent"],
    };
  },
});
