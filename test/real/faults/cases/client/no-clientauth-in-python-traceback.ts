import { join } from "node:path";
import { purpose } from "../../../../../src/core/x509/oids.ts";
import { refusedOnce, saidBy } from "../../lab/refused-once.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.no-clientauth",
  title: "all there is is the traceback of a Python server",
  needs: ["python3"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair(
      "tls",
      lab.client("web", ca, { extensions: { extendedKeyUsage: [purpose.serverAuth] } }),
    );
    const script = join(import.meta.dirname, "../../lab/servers/mtls.py");
    const python = await lab.runs("python3", script, server.cert, server.key, caFile);
    await refusedOnce(python.port, client, caFile);
    await saidBy(python, /CERTIFICATE_VERIFY_FAILED\] certificate verify failed.*\n$/);
    return {
      args: ["--log", lab.write("server.log", python.said())],
      text: ["clientAuth"],
      fix: ["clientAuth"],
    };
  },
});
