import { shellWord } from "../text/shell-word.ts";
import { define } from "./definition.ts";

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1) || ".";

/** Faults of what an operator named to be looked at, beyond those of single files and connections. */
export const sourceErrors = {
  "source.manifest": define<{ path: string; line: number; column: number; why: string }>({
    message: (p) => `${p.path}:${p.line}:${p.column}: not readable as YAML: ${p.why}`,
    retry: "never",
    exit: 1,
  }),
  "source.empty-input": define<{}>({
    message: () => "standard input is empty",
    hint: () => "pipe something into it: kubectl get secret NAME -o yaml | certwright inspect -",
    retry: "never",
    exit: 1,
  }),
  "source.input-too-big": define<{ limit: number }>({
    message: (p) => `standard input has more than the ${p.limit} bytes that are read`,
    hint: () => "certificates, keys and lists are far smaller: is this the right data?",
    retry: "never",
    exit: 1,
  }),
  "source.input-deadline": define<{ milliseconds: number }>({
    message: (p) =>
      `standard input sent nothing more for ${p.milliseconds / 1000} s and did not end`,
    hint: () => "end it with Ctrl-D, or give more time with --timeout",
    retry: "later",
    exit: 4,
  }),
  "source.nothing": define<{ source: string; looked: string }>({
    message: (p) =>
      `${p.source}: holds no certificate, key, signing request or revocation list (${p.looked})`,
    retry: "never",
    exit: 1,
  }),
  "source.cut": define<{ path: string; files: number; depth: number }>({
    message: (p) =>
      `${p.path}: looked at ${p.files} files, at most ${p.depth} folders deep; there are more`,
    hint: () => "name the folder that holds the certificates",
    retry: "never",
    exit: 1,
  }),
  "file.key-too-open": define<{ path: string; mode: number }>({
    message: (p) =>
      `${p.path}: holds a private key and has mode 0${p.mode.toString(8)}: others than its owner can use it`,
    hint: (p) => `chmod 600 ${p.path}`,
    retry: "never",
    exit: 1,
  }),
  "file.key-cert-mismatch": define<{ certificate: string; key: string }>({
    message: (p) => `${p.key}: this key does not belong to the certificate in ${p.certificate}`,
    hint: (p) => `find the certificate of a key: certwright inspect ${folderOf(p.key)}`,
    retry: "never",
    exit: 1,
  }),
  "source.no-certificate": define<{ source: string; what: string }>({
    message: (p) => `${p.source}: holds no certificate${p.what === "" ? "" : `, only ${p.what}`}`,
    retry: "never",
    exit: 1,
  }),
  "source.no-key": define<{ source: string; why?: string }>({
    message: (p) => p.why ?? `${p.source}: holds no private key`,
    hint: (p) => `see what it holds: certwright inspect ${shellWord(p.source)}`,
    retry: "never",
    exit: 1,
  }),
  "source.key-encrypted": define<{ source: string }>({
    message: (p) => `${p.source}: its private key is encrypted`,
    hint: (p) =>
      `decrypt it into a pipe: openssl pkey -in ${shellWord(p.source)} | certwright ca adopt NAME --certificate FILE --key -`,
    retry: "never",
    exit: 1,
  }),
};
