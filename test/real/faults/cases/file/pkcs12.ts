import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.pkcs12",
  title: "the client certificate is a PKCS#12 store",
  side: "file",
  needs: ["openssl"],
  async build(lab) {
    const { args, path } = await clientWithSpoiled(
      lab,
      "cert",
      ({ certPem, keyPem, folder }, at) => {
        writeFileSync(join(folder, "all.pem"), certPem + keyPem, { mode: 0o600 });
        execFileSync("openssl", [
          "pkcs12",
          "-export",
          "-in",
          join(folder, "all.pem"),
          "-passout",
          "pass:lab",
          "-out",
          at,
        ]);
      },
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
