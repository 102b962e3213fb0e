import { join } from "node:path";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.wrong-ca",
  title: "a Python server, which names no CAs",
  within: 5000,
  needs: ["python3"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair("tls", lab.client("web", lab.ca("CN=other-ca")));
    const script = join(import.meta.dirname, "../../lab/servers/mtls.py");
    const { port } = await lab.runs("python3", script, server.cert, server.key, caFile);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", client.cert, "--key", client.key],
      text: ["CN=other-ca", client.cert],
      fix: ["CN=lab-ca", client.cert],
    };
  },
});
