import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot } from "../../tools/components/cache.ts";
import { goEnv, goProgram } from "../go/build.ts";

/** Where a suite lies, or why it cannot be had here. */
export type Located = { readonly path: string } | { readonly missing: string };

const root = join(import.meta.dirname, "..", "..");

/** A file of x509-limbo: X509_LIMBO, or the vectors folder beside the checkout. */
export const limboFile = (): Located => {
  const path =
    process.env["X509_LIMBO"] ?? join(root, "..", "shared", "vectors", "x509-limbo-part.json");
  return existsSync(path)
    ? { path }
    : {
        missing: `no x509-limbo file at ${path}; set X509_LIMBO to one (limbo.json of C2SP/x509-limbo)`,
      };
};

/** Generating 40,000 certificates took 6 seconds alone on one core. */
const generateDeadlineMs = 300_000;

/** BetterTLS as lines of limbo cases, made once for each state of the generator. */
export const betterTlsFile = (): Located => {
  const program = goProgram("bettertls");
  if ("missing" in program) return program;
  const folder = join(cacheRoot, "vectors");
  // The program's folder carries the digest of its sources and of Go's version.
  const path = join(folder, `${program.path.split("/").at(-2)}.jsonl`);
  if (existsSync(path)) return { path };
  mkdirSync(folder, { recursive: true });
  const writing = `${path}.${process.pid}`;
  execFileSync(program.path, [writing], { timeout: generateDeadlineMs });
  renameSync(writing, path);
  return { path };
};

export interface PkitsVector {
  readonly Name: string;
  /** Anchor first, leaf last. */
  readonly CertPath: readonly string[];
  readonly ShouldValidate: boolean;
  readonly InitialPolicySet: readonly string[];
  readonly InitialPolicyMappingInhibit: boolean;
  readonly InitialExplicitPolicy: boolean;
  readonly InitialAnyPolicyInhibit: boolean;
}

/** NIST PKITS in the source tree of Go. */
export const pkitsFolder = (): Located => {
  const goroot = goEnv("GOROOT");
  if (goroot === undefined)
    return { missing: "Go is not on this machine; its source tree has NIST PKITS" };
  const path = join(goroot, "src", "crypto", "x509", "testdata", "nist-pkits");
  return existsSync(path)
    ? { path }
    : { missing: `no NIST PKITS at ${path}: Go is here without its sources` };
};

export const pkitsVectors = (folder: string): PkitsVector[] =>
  JSON.parse(readFileSync(join(folder, "vectors.json"), "utf8")) as PkitsVector[];

/** DER of every certificate of the suite, by file name. */
export const pkitsCertificates = (folder: string): Map<string, Uint8Array> =>
  new Map(
    readdirSync(join(folder, "certs")).map((name) => [
      name,
      new Uint8Array(readFileSync(join(folder, "certs", name))),
    ]),
  );
