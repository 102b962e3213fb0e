import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.csr",
  title: "the request was taken for the certificate",
  side: "file",
  needs: ["openssl"],
  async build(lab) {
    const { args, path } = await clientWithSpoiled(
      lab,
      "cert",
      ({ folder }, at) =>
        void execFileSync("openssl", [
          "req",
          "-new",
          "-key",
          join(folder, "client.key"),
          "-subj",
          "/CN=calico",
          "-out",
          at,
        ]),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
