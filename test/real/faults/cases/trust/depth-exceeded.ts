import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.depth-exceeded",
  title: "six intermediates, one more than Java follows",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const chain = [root];
    for (let i = 1; i <= 6; i++)
      chain.unshift(lab.ca(`CN=lab-${i}`, { issuer: chain[0]!, key: root.key }));
    const [last, ...more] = chain;
    const port = await lab.serves(lab.server(["127.0.0.1"], last!), last!, ...more.slice(0, -1));
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", root)],
      text: ["6 intermediate CAs", "Java"],
      fix: ["CN=127.0.0.1"],
      also: [],
    };
  },
});
