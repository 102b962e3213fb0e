import { pemOf } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.wrong-ca",
  title: "a server that answers HTTP 400 behind a good handshake, as nginx does",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["127.0.0.1"], ca);
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair("tls", lab.client("web", lab.ca("CN=other-ca")));
    const port = await lab.https({
      cert: pemOf(server),
      key: server.key.pem("pkcs8"),
      options: { requestCert: true, rejectUnauthorized: false, ca: pemOf(ca) },
      answer: (_request, response) => {
        response.statusCode = 400;
        response.end("<html><body><center>The SSL certificate error</center></body></html>");
      },
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", client.cert, "--key", client.key],
      text: ["CN=other-ca", client.cert],
      evidence: ["400"],
      fix: ["CN=lab-ca", client.cert],
    };
  },
});
