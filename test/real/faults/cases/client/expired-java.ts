import { join } from "node:path";
import { day } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.expired",
  title: "a Java server has one alert for everything",
  needs: ["java"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair(
      "tls",
      lab.client("web", ca, { notBefore: lab.now - 9 * day, notAfter: lab.now - day }),
    );
    const source = join(import.meta.dirname, "../../lab/servers/Mtls.java");
    const { port } = await lab.runs("java", source, server.cert, server.key, caFile);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", client.cert, "--key", client.key],
      text: ["CN=web", "expired 24 hours ago", client.cert],
      evidence: ["certificate_unknown"],
      fix: ["CN=web", client.cert],
      also: [],
    };
  },
});
