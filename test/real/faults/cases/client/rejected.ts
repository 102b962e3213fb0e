import { pemOf } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.rejected",
  title: "a server that refuses for reasons of its own",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const entity = lab.server(["127.0.0.1"], ca);
    const client = lab.pair("tls", lab.client("web", ca));
    const port = await lab.https({
      cert: pemOf(entity),
      key: entity.key.pem("pkcs8"),
      clientCa: pemOf(ca),
      answer: (request) => request.socket.destroy(),
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", client.cert, "--key", client.key],
      text: ["CN=web", client.cert, `127.0.0.1:${port}`],
      fix: ["--server-log"],
    };
  },
});
