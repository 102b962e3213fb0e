import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-plaintext-http",
  title: "etcd listens on http://, calicoctl.cfg says https://: etcd closes without a word",
  side: "server",
  needs: ["etcd"],
  async build(lab) {
    const { port } = await lab.etcd({});
    const ca = lab.certificates("ca.crt", lab.ca("CN=etcd-ca"));
    return {
      args: [lab.calicoctl({ endpoints: `https://127.0.0.1:${port}`, ca })],
      text: [`127.0.0.1:${port}`, "plain HTTP"],
      fix: ["--listen-client-urls", `http://127.0.0.1:${port}`],
      also: [],
    };
  },
});
