import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "revoke.crl-unreadable",
  title: "etcd's configuration names a list in PEM, and etcd reads DER only",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const { cert, key } = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const port = await lab.serves(lab.server(["127.0.0.1"], ca));
    const crl = lab.revocationList("ca.crl", ca, []);
    const config = lab.write(
      "etcd.yaml",
      [
        "name: lab",
        `listen-client-urls: https://127.0.0.1:${port}`,
        `advertise-client-urls: https://127.0.0.1:${port}`,
        "client-transport-security:",
        `  cert-file: ${cert}`,
        `  key-file: ${key}`,
        "  client-cert-auth: true",
        `  trusted-ca-file: ${lab.certificates("ca.crt", ca)}`,
        `  client-crl-file: ${crl}`,
        "",
      ].join("\n"),
    );
    return { args: [config], text: [crl, "DER"], fix: [crl, "openssl crl"] };
  },
});
