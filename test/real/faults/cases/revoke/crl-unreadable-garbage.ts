import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "revoke.crl-unreadable",
  title: "the page of an error saved as the list",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const port = await lab.serves(lab.server(["127.0.0.1"], ca));
    const crl = lab.write("ca.crl", "<html><body>404 Not Found</body></html>\n");
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--crl", crl],
      text: [crl],
      fix: [crl],
      also: [],
    };
  },
});
