import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.renegotiation-needed",
  title: "behind the handshake the server begins another one to ask for a certificate",
  side: "server",
  // The request is never answered: that has its own end after 2 s.
  within: 4000,
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const asking = await lab.opensslTerminal({
      "-cert": server.cert,
      "-key": server.key,
      "-tls1_2": "",
    });
    // Its command for "renegotiate, and ask for a certificate", typed once somebody is connected.
    const watching = setInterval(() => {
      if (!/CIPHER is/.test(asking.said())) return;
      clearInterval(watching);
      asking.type("R\n");
    }, 10);
    watching.unref();
    return {
      args: [`127.0.0.1:${asking.port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: [`127.0.0.1:${asking.port}`],
      also: [],
    };
  },
});
