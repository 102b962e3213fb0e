import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runProgram } from "../../cli/process.ts";
import { succeeded } from "../etcd-workbench.ts";
import type { Operator } from "./rotate.ts";

/** A root whose key certwright never sees, in the hands of openssl. */
export interface ExternalCa {
  /** Its certificate. */
  readonly root: string;
  /** Signs a request as a subordinate CA; gives the file. `extensions`: lines in the place of what was asked for. */
  sign(
    csr: string,
    name: string,
    options?: {
      readonly extensions?: string;
      readonly days?: number;
      readonly subject?: string;
    },
  ): Promise<string>;
  /** Answers a request for a leaf with all that it asks for. */
  answer(
    csr: string,
    name: string,
    options?: { readonly days?: number; readonly subject?: string },
  ): Promise<string>;
  /** A client of its own, that has nothing to do with us; PEM. */
  client(subject: string): Promise<{ readonly cert: string; readonly key: string }>;
}

/** Where a run that stopped for answers says that the requests are. */
export const handedOut = (folder: string, said: string): readonly Request[] => {
  const manifest = /in (\S+manifest\.json)/.exec(said)?.[1];
  assert.ok(manifest !== undefined, said);
  const path = join(folder, manifest);
  const { requests } = JSON.parse(readFileSync(path, "utf8")) as { readonly requests: Request[] };
  return requests.map(({ issuer, file }) => ({ issuer, file: join(dirname(path), file) }));
};

export interface Request {
  readonly issuer: string;
  readonly file: string;
}

/** Signs every leaf that is asked for; gives the files. */
export const answerLeaves = async (
  { folder }: Pick<Operator, "folder">,
  external: ExternalCa,
  said: string,
): Promise<readonly string[]> => {
  const answers: string[] = [];
  for (const [at, { issuer, file }] of handedOut(folder, said).entries()) {
    answers.push(await external.answer(file, `${issuer}-leaf-${at}`));
  }
  return answers;
};

/** Signs all that is asked for, and gives the answers to certwright. */
export const answerAll = async (
  operator: Pick<Operator, "folder" | "certwright">,
  external: ExternalCa,
  said: string,
): Promise<void> => {
  const answers: string[] = [];
  for (const { issuer, file } of handedOut(operator.folder, said)) {
    answers.push(await external.sign(file, issuer));
  }
  succeeded(await operator.certwright("answer", ...answers, external.root));
};

const deadline = 30_000;

export const makeExternalCa = async (
  folder: string,
  name = "Corporate Root",
): Promise<ExternalCa> => {
  const word = name.replaceAll(" ", "-").toLowerCase();
  const path = (file: string): string => join(folder, `${word}-${file}`);
  const openssl = async (
    words: string,
    options: Readonly<Record<string, string | undefined>>,
  ): Promise<void> => {
    const args = [
      ...words.split(" "),
      ...Object.entries(options).flatMap(([flag, value]) =>
        value === undefined ? [] : [`-${flag}`, value],
      ),
    ];
    const { code, stderr } = await runProgram("openssl", args, {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "" },
      deadline,
    });
    assert.equal(code, 0, `openssl ${args.join(" ")}\n${stderr}`);
  };
  const root = path("root.pem");
  const key = path("root.key");
  const signed = { CA: root, CAkey: key };
  // The same one again for who asks again: another root of that name would not be the one above.
  if (!existsSync(root)) {
    await openssl("req -x509 -newkey ec -nodes", {
      pkeyopt: "ec_paramgen_curve:P-384",
      keyout: key,
      out: root,
      days: "7300",
      subj: `/O=Example/CN=${name}`,
      addext: "keyUsage=critical,keyCertSign,cRLSign",
    });
  }
  return {
    root,
    sign: async (csr, file, { extensions, days = 1825, subject } = {}) => {
      const out = path(`${file}.pem`);
      const extfile = path(`${file}.ext`);
      writeFileSync(extfile, extensions ?? "");
      await openssl("x509 -req", {
        ...signed,
        in: csr,
        out,
        days: String(days),
        subj: subject,
        ...(extensions === undefined ? { copy_extensions: "copyall" } : { extfile }),
      });
      return out;
    },
    answer: async (csr, file, { days = 365, subject } = {}) => {
      const out = path(`${file}.pem`);
      const own = { ...signed, in: csr, out, days: String(days), subj: subject };
      await openssl("x509 -req", { ...own, copy_extensions: "copyall" });
      return out;
    },
    client: async (subject) => {
      const [own, csr, out, extfile] = ["key", "csr", "pem", "ext"].map((one) =>
        path(`client.${one}`),
      ) as [string, string, string, string];
      writeFileSync(extfile, "keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n");
      const pkeyopt = "ec_paramgen_curve:P-256";
      await openssl("req -newkey ec -nodes", { pkeyopt, keyout: own, out: csr, subj: subject });
      await openssl("x509 -req", { ...signed, in: csr, out, days: "30", extfile });
      return { cert: readFileSync(out, "utf8"), key: readFileSync(own, "utf8") };
    },
  };
};
