import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "two servers behind one address, each with a good certificate of its own",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const port = await lab.servesInTurn(
      lab.server(["127.0.0.1", "etcd-1"], ca),
      lab.server(["127.0.0.1", "etcd-2"], ca),
    );
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile],
      also: [],
    };
  },
});
