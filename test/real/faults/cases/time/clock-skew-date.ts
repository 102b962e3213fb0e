import { defineCase } from "../../lab/lab-case.ts";
import { day } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "time.clock-skew",
  title: "the server's Date is in two years, and so is its certificate",
  side: "clock",
  async build(lab) {
    const there = lab.now + 730 * day;
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["127.0.0.1"], ca, { notBefore: there - day, notAfter: there + day });
    const port = await lab.servesDated(server, there);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["clocks disagree", "behind"],
      evidence: ["Date"],
      also: [],
    };
  },
});
