import { day, hour } from "../../lab/lab.ts";
import { crl } from "../../../../path/workshop.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.revoked",
  title: "the same without the list: only how etcd ends the session tells",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const entity = lab.client("calico", ca);
    const client = lab.pair("tls", entity);
    const list = crl(ca, [{ serial: entity.certificate.serial, revokedAt: lab.now - hour }], {
      thisUpdate: lab.now - hour,
      nextUpdate: lab.now + day,
    });
    const { port } = await lab.etcd({
      ...server,
      clientCa: caFile,
      flags: { "--client-crl-file": lab.write("clients.crl", list.der, 0o644) },
    });
    return {
      args: [lab.calicoctl({ endpoints: `https://127.0.0.1:${port}`, ca: caFile, ...client })],
      text: ["CN=calico", "revoked"],
      evidence: ["close_notify"],
      fix: [client.cert],
      also: [],
    };
  },
});
