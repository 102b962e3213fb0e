import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.key-mismatch",
  title: "certificate and key alone, without a server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const client = lab.pair("tls", lab.client("web", ca));
    const key = lab.privateKey("old.key", lab.client("web", ca));
    return {
      args: ["--cert", client.cert, "--key", key],
      text: [key, client.cert],
      fix: [key],
    };
  },
});
