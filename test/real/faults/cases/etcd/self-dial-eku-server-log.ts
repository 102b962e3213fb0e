import { purpose } from "../../../../../src/core/x509/oids.ts";
import { memberOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.self-dial-eku",
  title: "a healthy client, and a server's log that fills with refusals of the member itself",
  side: "server",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab, [purpose.serverAuth]);
    const { cert: own, key: ownKey, caFile } = member;
    const { port, said } = await lab.etcd({ cert: own, key: ownKey, clientCa: caFile });
    const deadline = Date.now() + 10_000;
    while (!said().includes("incompatible key usage") && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const log = lab.write("etcd.log", said());
    const { cert, key } = lab.pair("client", lab.client("calico", member.ca));
    return {
      args: [
        `127.0.0.1:${port}`,
        "--ca",
        caFile,
        "--cert",
        cert,
        "--key",
        key,
        "--server-log",
        log,
        "--server-cert",
        own,
      ],
      text: ["127.0.0.1"],
      evidence: ["incompatible key usage"],
      fix: [own, "clientAuth"],
      also: [],
    };
  },
});
