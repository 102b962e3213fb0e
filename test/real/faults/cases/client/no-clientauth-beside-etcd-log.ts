import { purpose } from "../../../../../src/core/x509/oids.ts";
import { memberOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.no-clientauth",
  title: "a client on etcd's own machine: the log's loopback address is its, not the member's",
  side: "client",
  needs: ["etcd"],
  async build(lab) {
    const { ca, caFile, cert: server, key: serverKey } = await memberOf(lab);
    const { port } = await lab.etcd({ cert: server, key: serverKey, clientCa: caFile });
    const extensions = { extendedKeyUsage: [purpose.serverAuth] };
    const { cert, key } = lab.pair("client", lab.client("calico", ca, { extensions }));
    const log = lab.write(
      "etcd.log",
      '{"level":"warn","ts":"2026-11-22T10:12:01.1Z","caller":"embed/config_logging.go:169","msg":"rejected connection on client endpoint","remote-addr":"127.0.0.1:40102","server-name":"","error":"tls: failed to verify certificate: x509: certificate specifies an incompatible key usage"}\n',
    );
    const files = ["--ca", caFile, "--cert", cert, "--key", key, "--server-log", log];
    return { args: [`127.0.0.1:${port}`, ...files], text: [cert], fix: [cert] };
  },
});
