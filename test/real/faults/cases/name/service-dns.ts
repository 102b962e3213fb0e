import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.service-dns",
  title: "a webhook's certificate is for another namespace",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["hook.default", "hook.default.svc"], ca);
    const port = await lab.serves(server);
    return {
      args: [
        `localhost:${port}`,
        "--ca",
        lab.certificates("ca.crt", ca),
        "--servername",
        "hook.prod.svc",
      ],
      text: ["hook.prod.svc", "hook.default.svc"],
      fix: ["hook.prod, hook.prod.svc, hook.prod.svc.cluster.local"],
      also: [],
    };
  },
});
