import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.one-of-many",
  title: "one member of three is down",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.server(["127.0.0.1"], ca);
    const [one, two] = [await lab.serves(server), await lab.serves(server)];
    const down = await lab.closedPort();
    const config = lab.calicoctl({
      endpoints: [one, down, two].map((port) => `https://127.0.0.1:${port}`).join(","),
      ca: lab.certificates("ca.crt", ca),
    });
    return {
      args: [config],
      text: [`only 127.0.0.1:${down}`.replace("only", "Only"), "3 endpoints"],
      fix: [`127.0.0.1:${down}`, config],
      also: [],
      elsewhere: ["ok", "ok"],
    };
  },
});
