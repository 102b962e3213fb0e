import { defineCase } from "../../lab/lab-case.ts";
import { hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a server whose clock is two hours wrong, and certificates that bear it",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const port = await lab.servesDated(lab.server(["127.0.0.1"], ca), lab.now + 2 * hour);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      also: [],
    };
  },
});
