import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.refused",
  title: "the endpoint of ETCDCTL_ENDPOINTS is down",
  side: "server",
  async build(lab) {
    const port = await lab.closedPort();
    return {
      args: ["env:"],
      env: { ETCDCTL_ENDPOINTS: `https://127.0.0.1:${port}` },
      text: [`127.0.0.1:${port}`],
      fix: ["ETCDCTL_ENDPOINTS", String(port)],
    };
  },
});
