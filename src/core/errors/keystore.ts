import { define } from "./definition.ts";

export const keystoreErrors = {
  "keystore.wrong-passphrase": define<{ path: string }>({
    message: (p) => `the passphrase does not open ${p.path}`,
    hint: () =>
      "there is no way around it: find the passphrase, or restore a backup whose passphrase is known",
    retry: "never",
    exit: 1,
  }),
  "keystore.no-passphrase": define<{ path: string }>({
    message: (p) => `a passphrase is needed for ${p.path}, and there is no terminal to ask on`,
    hint: () => "give --passphrase-file FILE (or CERTWRIGHT_PASSPHRASE_FILE), or --passphrase-fd N",
    retry: "never",
    exit: 2,
  }),
  "keystore.passphrase-short": define<{ length: number; least: number }>({
    message: (p) =>
      `a new passphrase needs at least ${p.least} characters, this one has ${p.length}`,
    hint: () => "make one: openssl rand -base64 24 > passphrase && chmod 600 passphrase",
    retry: "never",
    exit: 2,
  }),
  "keystore.passphrase-differs": define<{}>({
    message: () => "the two passphrases are not the same; nothing was written",
    retry: "now",
    exit: 2,
  }),
  "keystore.prompt-cancelled": define<{}>({
    message: () => "no passphrase was given; nothing was written",
    retry: "now",
    exit: 130,
  }),
  "keystore.passphrase-deadline": define<{ descriptor: number; seconds: number }>({
    message: (p) => `no passphrase came on descriptor ${p.descriptor} within ${p.seconds} s`,
    hint: () => "write it and close the descriptor: certwright … --passphrase-fd 3 3<FILE",
    retry: "now",
    exit: 4,
  }),
  "keystore.bad-descriptor": define<{ descriptor: number; code: string }>({
    message: (p) => `descriptor ${p.descriptor} cannot be read (${p.code})`,
    hint: () => "open it in the shell: certwright … --passphrase-fd 3 3<FILE",
    retry: "never",
    exit: 2,
  }),
  "keystore.no-key": define<{ id: string; directory: string }>({
    message: (p) => `${p.directory}: holds no private key ${p.id}`,
    hint: () =>
      "restore the keys folder from the backup that belongs to this store; the key of a CA that was adopted without it is added by: certwright ca adopt NAME --certificate FILE --key FILE",
    retry: "never",
    exit: 1,
  }),
  "keystore.no-header": define<{ path: string; keys: number }>({
    message: (p) =>
      `${p.path}: is missing, and only with it can the private keys beside it (${p.keys}) be opened`,
    hint: () => "restore it from the backup; nothing was written",
    retry: "never",
    exit: 1,
  }),
  "keystore.damaged": define<{ path: string; why: string }>({
    message: (p) => `${p.path}: is damaged: ${p.why}`,
    hint: () => "restore this file from a backup",
    retry: "never",
    exit: 1,
  }),
  "keystore.newer": define<{ path: string; found: number; known: number }>({
    message: (p) =>
      `${p.path}: was written by a newer certwright (format ${p.found}, this one knows ${p.known})`,
    hint: () => "use the newer certwright: npm install -g certwright@latest",
    retry: "never",
    exit: 1,
  }),
};
