import { pemOf } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.family",
  title: "a whole TLS server listens on ::1 only, and localhost leads to 127.0.0.1 first",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const leaf = lab.server(["localhost"], ca);
    const cert = JSON.stringify(pemOf(leaf));
    const key = JSON.stringify(leaf.key.pem("pkcs8"));
    // A port that nobody has on 127.0.0.1 either: the system chooses for ::1 alone, and others listen there.
    const { port } = await lab.program(
      `const s = require("node:https").createServer({ cert: ${cert}, key: ${key} }, (_, r) => r.end("ok"));
      const free = require("node:net").createServer().listen(0, "127.0.0.1", () => {
        const { port } = free.address();
        free.close(() => s.listen(port, "::1", () => console.log("port " + port)));
      });`,
    );
    return {
      args: [`https://localhost:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["IPv6", "127.0.0.1 refuses"],
      also: [],
    };
  },
});
