import { defineCase } from "../../lab/lab-case.ts";
import { day } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "served.not-configured-file",
  title: "the server has the certificate of the file beside it",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const used = lab.server(["127.0.0.1"], ca, { subject: "CN=old-name" });
    const port = await lab.serves(used);
    const other = lab.certificates("other.crt", used);
    const cert = lab.certificates(
      "server.crt",
      lab.server(["127.0.0.1"], ca, { subject: "CN=new", notBefore: lab.now - 2 * day }),
    );
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--server-cert", cert],
      text: [other, cert],
      fix: [other, cert],
      also: [],
    };
  },
});
