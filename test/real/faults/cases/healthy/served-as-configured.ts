import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "the file on disk is what is served, a copy lies beside it",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const server = lab.server(["127.0.0.1"], ca);
    const port = await lab.serves(server);
    const { cert } = lab.pair("server", server);
    lab.certificates("copy.crt", server);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--server-cert", cert],
      also: [],
    };
  },
});
