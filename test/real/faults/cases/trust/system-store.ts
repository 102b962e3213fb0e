import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.system-store",
  title: "SSL_CERT_FILE names a file that is not there",
  side: "client",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const port = await lab.serves(lab.server(["127.0.0.1"], root));
    return {
      args: [`127.0.0.1:${port}`],
      env: { SSL_CERT_FILE: "/nonexistent/bundle.crt" },
      text: ["/nonexistent/bundle.crt", "SSL_CERT_FILE"],
      fix: ["SSL_CERT_FILE", "/nonexistent/bundle.crt"],
      also: [],
    };
  },
});
