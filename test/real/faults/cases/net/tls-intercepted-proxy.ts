import { connect } from "node:net";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.tls-intercepted",
  title: "the proxy makes a tunnel, and another server is at its end than past the proxy",
  side: "network",
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const own = await lab.serves(lab.server(["etcd1.localhost"], ca));
    const opened = await lab.serves(lab.server(["etcd1.localhost"], lab.ca("CN=branch-office")));
    const proxy = await lab.tcp((socket) => {
      socket.once("data", () => {
        const behind = connect({ host: "127.0.0.1", port: opened });
        behind.on("error", () => socket.destroy());
        socket.on("close", () => behind.destroy());
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(behind).pipe(socket);
      });
    });
    return {
      args: [`https://etcd1.localhost:${own}`, "--ca", lab.certificates("ca.crt", ca)],
      env: { HTTPS_PROXY: `http://127.0.0.1:${proxy}` },
      text: ["branch-office"],
      evidence: ["past the proxy", "HTTPS_PROXY"],
      fix: [`etcd1.localhost:${own}`, "NO_PROXY"],
      also: [],
    };
  },
});
