import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.pkcs7",
  title: "the CA file is PKCS#7 with a name that does not say so",
  side: "file",
  needs: ["openssl"],
  async build(lab) {
    const { args, path } = await clientWithSpoiled(
      lab,
      "ca",
      ({ folder }, at) =>
        void execFileSync("openssl", [
          "crl2pkcs7",
          "-nocrl",
          "-certfile",
          join(folder, "ca.crt"),
          "-out",
          at,
        ]),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
