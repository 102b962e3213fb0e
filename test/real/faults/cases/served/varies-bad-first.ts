import { defineCase } from "../../lab/lab-case.ts";
import { hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "served.varies",
  title: "the first connection gets the expired one",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const good = lab.server(["127.0.0.1"], ca);
    const bad = lab.server(["127.0.0.1"], ca, { notAfter: lab.now - hour });
    const port = await lab.servesInTurn(bad, good);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile],
      text: [`127.0.0.1:${port}`, "expired"],
      fix: [bad.certificate.serial],
      also: [],
    };
  },
});
