import { writeSync } from "node:fs";

import { openPkiAndKeys } from "../../src/cli/pki/open-pki.ts";
import { processTerminal } from "../../src/cli/terminal.ts";

// A process that issues as fast as it can and prints each serial once the authority has given the certificate out.
// Words: the PKI's directory, the passphrase file, how many (0: until killed).

const [dir = "", passphraseFile = "", count = "0"] = process.argv.slice(2);
const { authority } = openPkiAndKeys(
  processTerminal((error) => {
    throw error;
  }),
  { dir, passphraseFile },
  "use",
);
for (let done = 0; Number(count) === 0 || done < Number(count); done += 1) {
  const { certificate } = await authority.issue({
    issuer: "ca",
    profile: "tls-server",
    dns: [`node-${done}.example.com`],
  });
  // At once and whole, so that the kill cannot fall between the certificate and its being printed.
  writeSync(1, `${certificate.serial}\n`);
}
authority.close();
