import { defineCase } from "../../lab/lab-case.ts";
import { hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "served.varies",
  title: "every second connection gets an expired certificate",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const good = lab.server(["127.0.0.1"], ca);
    const bad = lab.server(["127.0.0.1"], ca, { notAfter: lab.now - hour });
    const port = await lab.servesInTurn(good, bad);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile],
      text: [`127.0.0.1:${port}`, "expired"],
      fix: ["CN=127.0.0.1", bad.certificate.serial],
      also: [],
    };
  },
});
