import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "nginx as it comes, with TLS 1.2 only",
  needs: ["nginx"],
  async build(lab) {
    const ca = lab.ca("CN=web-ca");
    const port = await lab.nginx(
      lab.server(["127.0.0.1"], ca),
      "ssl http2",
      "ssl_protocols TLSv1.2;",
    );
    return { args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)], also: [] };
  },
});
