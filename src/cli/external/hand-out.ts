import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { replaceFile } from "../../adapters/files/create.ts";
import { fileFailure } from "../../adapters/files/errno.ts";
import { fileSystem } from "../../adapters/files/file-system.ts";
import type { RunFolder } from "../../adapters/runs/run-folder.ts";
import { parseSigningRequest } from "../../core/x509/signing-request.ts";
import { formatName } from "../../core/x509/names.ts";
import { oidName } from "../../core/x509/oids.ts";
import { writePem } from "../../core/x509/pem.ts";
import { digests } from "../../adapters/crypto/node-digests.ts";
import type { AskedLeaves, ExternalCa, Plan } from "../../core/model/plan.ts";
import type { Authority, Generation, LeafRequest } from "../../engine/authority/authority.ts";

/** A generation that waits for an external CA, with where its request was written. */
export interface Awaited {
  readonly issuer: string;
  readonly number: number;
  readonly subject: string;
  readonly file: string;
}

/** Leaves that wait for being signed, with where their requests were written. */
export interface AwaitedLeaves {
  readonly issuer: string;
  readonly number: number;
  readonly count: number;
  readonly folder: string;
}

/** As long as a subordinate CA of certwright's own lives unless said otherwise. */
const days = 5 * 365;

/**
 * Writes the requests that a run waits for, and what each has to become, to csr/ in the run's folder. Writing them once
 * more changes nothing: the keys that they are for are made already.
 */
export const handOut = async (
  { run, path }: RunFolder,
  plan: Plan,
  authority: Pick<Authority, "issuer">,
): Promise<readonly Awaited[]> => {
  const folder = join(path, "csr");
  const awaited: Awaited[] = [];
  for (const { issuer, number } of requestsOf(plan)) {
    const { generations } = await authority.issuer(issuer);
    const request = generations.find((one) => one.number === number)?.signingRequest;
    if (request === undefined) continue;
    if (awaited.length === 0) makeFolder(folder);
    const file = join(folder, `${issuer}-g${number}.csr`);
    replaceFile(fileSystem, file, Buffer.from(writePem("CERTIFICATE REQUEST", request)));
    awaited.push({ issuer, number, subject: subjectOf(request), file });
  }
  if (awaited.length === 0) return awaited;
  const manifest = manifestOf(
    run,
    plan.goal.kind === "rotate" ? plan.goal.external : undefined,
    awaited,
  );
  replaceFile(
    fileSystem,
    join(folder, "manifest.json"),
    Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`),
  );
  return awaited;
};

/** What a plan asks an external CA for. */
export const requestsOf = (
  plan: Plan,
): readonly { readonly issuer: string; readonly number: number }[] =>
  plan.phases.flatMap(({ steps }) =>
    steps.flatMap(({ effect }) =>
      effect.kind === "generation.request"
        ? [{ issuer: effect.issuer, number: effect.number }]
        : [],
    ),
  );

export const subjectOf = (request: NonNullable<Generation["signingRequest"]>): string =>
  formatName(parseSigningRequest(request, { digests, reading: "strict" }).subject);

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileFailure(fileSystem, folder, "write", error);
  }
};

const manifestOf = (
  run: string,
  external: ExternalCa | undefined,
  awaited: readonly Awaited[],
): unknown => ({
  format: "certwright.requests/1",
  run,
  signer: external,
  requests: awaited.map(({ issuer, number, subject, file }) => ({
    file: basename(file),
    issuer,
    generation: number,
    subject,
    becomes: {
      basicConstraints: { ca: true, pathLength: 0 },
      keyUsage: ["keyCertSign", "cRLSign"],
      extendedKeyUsage: "none",
      nameConstraints: "none",
      days,
    },
  })),
  answer: "PEM: each certificate, and those above it up to the root; certwright answer FILE…",
});

/** The same for leaves whose CA's key is elsewhere. What has been answered since is taken out of the folder. */
export const handOutLeaves = async (
  { run, path }: RunFolder,
  plan: Plan,
  authority: Pick<Authority, "leafRequests">,
): Promise<readonly AwaitedLeaves[]> => {
  const folder = join(path, "csr");
  const awaited: AwaitedLeaves[] = [];
  const requests: unknown[] = [];
  for (const { issuer, generation, leaves } of leavesAsked(plan)) {
    const all = await authority.leafRequests({ issuer, generation });
    const open = all.filter(({ certificate }) => certificate === undefined);
    if (open.length === 0) continue;
    makeFolder(folder);
    const usedBy = new Map(leaves.map(({ slot }) => [slot as string, slot]));
    for (const request of open) {
      const file = `${issuer}-g${generation}-${request.name.replaceAll(/[^A-Za-z0-9._-]+/g, "_")}.csr`;
      const text = writePem("CERTIFICATE REQUEST", request.request);
      replaceFile(fileSystem, join(folder, file), Buffer.from(text));
      requests.push(leafEntry(file, request, usedBy.has(request.name)));
    }
    awaited.push({ issuer, number: generation, count: open.length, folder });
  }
  if (awaited.length > 0) {
    const manifest = {
      format: "certwright.requests/1",
      run,
      requests,
      answer: "PEM: each certificate; certwright answer FILE…",
    };
    const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
    replaceFile(fileSystem, join(folder, "manifest.json"), Buffer.from(text));
  }
  return awaited;
};

/** What each request has to become, in words that a person or a script can check. */
const leafEntry = (
  file: string,
  { issuer, generation, name, asked }: LeafRequest,
  isSlot: boolean,
): unknown => ({
  file,
  issuer,
  generation,
  name,
  for: isSlot ? "a certificate of the estate" : "certwright's own, to see whom verifiers let in",
  subject: formatName(asked.subject),
  becomes: {
    basicConstraints: { ca: false },
    keyUsage: asked.keyUsage ?? [],
    extendedKeyUsage: (asked.extendedKeyUsage ?? []).map(oidName),
    subjectAltName: (asked.subjectAltName ?? []).map((one) =>
      "value" in one && typeof one.value === "string" ? `${one.kind}:${one.value}` : one.kind,
    ),
  },
});

/** What leaves a plan asks for. */
export const leavesAsked = (plan: Plan): readonly AskedLeaves[] =>
  plan.phases.flatMap(({ steps }) =>
    steps.flatMap(({ effect }) => (effect.kind === "leaves.request" ? [effect] : [])),
  );
