import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.proxy-refused",
  title: "HTTPS_PROXY leads through a proxy that does not allow it",
  side: "client",
  async build(lab) {
    const port = await lab.tcp(
      (socket) =>
        void socket.once("data", () =>
          socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
        ),
    );
    return {
      args: ["env:"],
      env: {
        ETCDCTL_ENDPOINTS: "https://etcd1.corp.example:2379",
        HTTPS_PROXY: `http://user:hidden@127.0.0.1:${port}`,
      },
      text: [`http://127.0.0.1:${port}`, "403 Forbidden"],
      fix: ["NO_PROXY", "etcd1.corp.example"],
      also: [],
    };
  },
});
