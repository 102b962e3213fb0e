import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.client-plaintext",
  title: "calicoctl.cfg says http://, and etcd speaks TLS",
  side: "client",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const { port } = await lab.etcd(lab.pair("server", lab.server(["127.0.0.1"], ca)));
    const config = lab.calicoctl({ endpoints: `http://127.0.0.1:${port}` });
    return {
      args: [config],
      text: ["calicoctl", `127.0.0.1:${port}`],
      fix: [`https://127.0.0.1:${port}`, config],
      also: [],
    };
  },
});
