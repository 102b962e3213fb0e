import { refusedOnce, saidBy } from "../../lab/refused-once.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.name-not-allowed",
  title: "etcd takes one host name only, and its log says so",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair("tls", lab.client("calico", ca));
    const etcd = await lab.etcd({
      ...server,
      clientCa: caFile,
      flags: { "--client-cert-allowed-hostname": "admin.etcd.local" },
    });
    const log = lab.write("etcd.log", "");
    const { port } = etcd;
    // The log has a line about us only once we were there.
    await refusedOnce(port, client, caFile);
    await saidBy(etcd, /"error":"client certificate authentication failed"/);
    lab.write("etcd.log", etcd.said());
    return {
      args: [
        `127.0.0.1:${port}`,
        "--ca",
        caFile,
        "--cert",
        client.cert,
        "--key",
        client.key,
        "--server-log",
        log,
      ],
      text: ["127.0.0.1", "not among those"],
      fix: ["--client-cert-allowed-hostname"],
    };
  },
});
