import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "revoke.crl",
  title: "the list in DER, an intermediate is revoked",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const inter = lab.ca("CN=lab-intermediate", { issuer: root });
    const port = await lab.serves(lab.server(["127.0.0.1"], inter), inter);
    const crl = lab.revocationList("root.der", root, [inter]);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", root), "--crl", crl],
      text: ["CN=lab-intermediate", "revoked"],
      fix: ["CN=lab-intermediate", crl],
      also: [],
    };
  },
});
