import { defineCommand } from "../command.ts";
import { changeKeysPassphrase, pkiOptions } from "../pki/open-pki.ts";
import { integer } from "../values.ts";

export const command = defineCommand({
  description:
    "Changes the passphrase that the PKI's keys are encrypted under. The keys stay the same. Backups made before still open with the old passphrase.",
  options: {
    ...pkiOptions,
    newPassphraseFile: {
      flag: "--new-passphrase-file <file>",
      description: "read the new passphrase from this file",
    },
    newPassphraseFd: {
      flag: "--new-passphrase-fd <number>",
      description: "read it from this open descriptor",
      parse: integer(0, 1023),
    },
  },
  examples: [
    {
      command: "certwright ca passphrase",
      does: "Ask for the old one, then twice for the new one",
    },
  ],
  async run(terminal, { options }) {
    await changeKeysPassphrase(terminal, options, {
      passphraseFile: options.newPassphraseFile,
      passphraseFd: options.newPassphraseFd,
    });
    terminal.say("the passphrase is changed");
  },
});
