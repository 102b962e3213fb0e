import { define } from "./definition.ts";

/** Faults of an external CA's certificates. */
export const answerErrors = {
  "answer.refused": define<{ faults: number }>({
    message: (p) =>
      `the answer cannot be taken: ${p.faults} fault${p.faults === 1 ? "" : "s"}; nothing was written`,
    hint: () => "have what was asked for signed anew, then give it to certwright answer again",
    retry: "never",
    exit: 1,
  }),
  "answer.no-root": define<{ path: string; roots: number }>({
    message: (p) =>
      p.roots === 0
        ? `${p.path}: holds no root CA's certificate`
        : `${p.path}: holds ${p.roots} root CAs' certificates, and one is to be named`,
    hint: () => "give the external CA's root; what stands between comes with its answer",
    retry: "never",
    exit: 1,
  }),
  "answer.no-signer": define<{ path: string; found: readonly string[] }>({
    message: (p) =>
      p.found.length === 0
        ? `${p.path}: holds no CA's certificate`
        : `${p.path}: holds ${p.found.length} CAs that could be the one that signs: ${p.found.join(", ")}`,
    hint: () => "give the CA that signs leaves, and those above it up to its root, nothing else",
    retry: "never",
    exit: 1,
  }),
} as const;
