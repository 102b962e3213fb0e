import { defineCase } from "../../lab/lab-case.ts";
import { Lab } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "trust.self-signed-leaf",
  title: "the server made its certificate itself",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const key = lab.ca("CN=etcd");
    const own = lab.server(["127.0.0.1"], key, {
      subject: "CN=etcd",
      key: key.key,
      extensions: Lab.without("authorityKeyIdentifier"),
    });
    const port = await lab.serves(own);
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["self-signed", "CN=etcd"],
      fix: ["CN=lab-root"],
      also: [],
    };
  },
});
