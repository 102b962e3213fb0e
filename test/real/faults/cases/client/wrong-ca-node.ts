import { pemOf } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.wrong-ca",
  title: "a Node server that ends the connection without an alert",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["127.0.0.1"], ca);
    const client = lab.pair("tls", lab.client("web", lab.ca("CN=other-ca")));
    const caFile = lab.certificates("ca.crt", ca);
    const port = await lab.https({
      cert: pemOf(server),
      key: server.key.pem("pkcs8"),
      clientCa: pemOf(ca),
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", client.cert, "--key", client.key],
      text: ["CN=other-ca", client.cert],
      fix: ["CN=lab-ca", client.cert],
    };
  },
});
