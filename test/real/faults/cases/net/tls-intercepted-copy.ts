import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.tls-intercepted",
  title: "what is served has the names of the server's file, from another CA",
  side: "network",
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const other = lab.ca("CN=branch-office");
    const port = await lab.serves(lab.server(["localhost"], other));
    const file = lab.certificates("server.crt", lab.server(["localhost"], ca));
    return {
      args: [`localhost:${port}`, "--ca", lab.certificates("ca.crt", ca), "--server-cert", file],
      text: ["branch-office"],
      evidence: [file],
    };
  },
});
