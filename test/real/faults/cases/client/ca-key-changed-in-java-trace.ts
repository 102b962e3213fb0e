import { join } from "node:path";
import { refusedOnce, saidBy } from "../../lab/refused-once.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.ca-key-changed",
  title: "all there is is the stack trace of a Java server",
  needs: ["java"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair("tls", lab.client("web", lab.ca("CN=lab-ca")));
    const source = join(import.meta.dirname, "../../lab/servers/Mtls.java");
    const java = await lab.runs("java", source, server.cert, server.key, caFile);
    await refusedOnce(java.port, client, caFile);
    await saidBy(java, /Caused by: java\.security\.cert\.CertPathValidatorException[\s\S]*more\n$/);
    return {
      args: ["--log", lab.write("server.log", java.said())],
      text: ["another key"],
      fix: ["present CA"],
    };
  },
});
