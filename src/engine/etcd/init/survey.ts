import { CertwrightError } from "../../../core/errors/certwright-error.ts";
import type { EtcdCluster, EtcdIssuers } from "../../../core/model/estate.ts";
import type { FileChange, Files } from "../../../ports/files.ts";
import type { Issuer } from "../../authority/authority.ts";
import { desiredPublicFile, keptPairFiles, publicFiles, type PublicFile } from "./files.ts";
import { judgePair, type PairTools, type PairVerdict } from "./judge-pair.ts";
import { wantedPairs, type WantedPair } from "./pairs.ts";
import type { Placement } from "./placement.ts";

export interface PlannedIssuer {
  readonly name: string;
  readonly action: "create" | "keep";
  /** "signs what members show each other" */
  readonly job: string;
}

export interface PlannedPair {
  readonly pair: WantedPair;
  readonly verdict: PairVerdict;
}

export interface PlannedFile {
  readonly path: string;
  readonly action: FileChange["action"];
}

/** What `etcd init` would create, issue and write. Holds no key. */
export interface InitPlan {
  readonly issuers: readonly PlannedIssuer[];
  readonly pairs: readonly PlannedPair[];
  /** Of the pairs too. */
  readonly files: readonly PlannedFile[];
}

/** What a plan is made from. */
export interface InitContext {
  readonly cluster: EtcdCluster;
  /** Those whose files are written; all of the cluster unless the operator named some. */
  readonly members: EtcdCluster["members"];
  readonly placement: Placement;
  readonly files: Files;
  readonly tools: PairTools;
}

const jobs: Readonly<Record<keyof EtcdIssuers, string>> = {
  peer: "what members show each other",
  server: "what members show to clients",
  client: "clients",
};

/** Holds the issuers there are and what is on disk against the estate; changes nothing. */
export const surveyInit = async (
  context: InitContext,
  issuers: readonly Issuer[],
): Promise<InitPlan> => {
  const { cluster, members, placement, files, tools } = context;
  const present = new Map(issuers.map((issuer) => [issuer.name, issuer]));
  const pairs = await Promise.all(
    wantedPairs(cluster, placement, members).map((pair) =>
      surveyPair(pair, present.get(pair.order.issuer), files, tools),
    ),
  );
  return {
    issuers: plannedIssuers(cluster.issuers, present),
    pairs: pairs.map(({ planned }) => planned),
    files: [
      ...pairs.flatMap((one) => one.files),
      ...(await surveyPublicFiles(publicFiles(cluster, members, placement, present), files)),
    ],
  };
};

const surveyPublicFiles = (
  wanted: readonly PublicFile[],
  files: Files,
): Promise<readonly PlannedFile[]> =>
  Promise.all(
    wanted.map(async ({ path, text }): Promise<PlannedFile> => {
      if (text === undefined) {
        return {
          path,
          action: (await readIfThere(files, path)) === undefined ? "create" : "replace",
        };
      }
      const [change] = await files.plan([desiredPublicFile(path, text)]);
      return { path, action: change!.action };
    }),
  );

const plannedIssuers = (
  issuers: EtcdIssuers,
  present: ReadonlyMap<string, Issuer>,
): readonly PlannedIssuer[] =>
  [...new Set(Object.values(issuers))].map((name) => ({
    name,
    action: present.has(name) ? "keep" : "create",
    job: `signs ${(["peer", "server", "client"] as const)
      .filter((role) => issuers[role] === name)
      .map((role) => jobs[role])
      .join(", ")}`,
  }));

const surveyPair = async (
  pair: WantedPair,
  issuer: Issuer | undefined,
  files: Files,
  tools: PairTools,
): Promise<{ readonly planned: PlannedPair; readonly files: readonly PlannedFile[] }> => {
  const certificate = await readIfThere(files, pair.certificate);
  const key = await readIfThere(files, pair.key);
  const verdict = verdictOf(pair, issuer, certificate, key, tools);
  if (verdict.keep && certificate !== undefined && key !== undefined) {
    const changes = await files.plan(keptPairFiles(pair, { certificate, key }));
    return {
      planned: { pair, verdict },
      files: changes.map(({ path, action }) => ({ path, action })),
    };
  }
  return {
    planned: { pair, verdict },
    files: [
      { path: pair.certificate, action: certificate === undefined ? "create" : "replace" },
      { path: pair.key, action: key === undefined ? "create" : "replace" },
    ],
  };
};

const verdictOf = (
  pair: WantedPair,
  issuer: Issuer | undefined,
  certificate: Uint8Array | undefined,
  key: Uint8Array | undefined,
  tools: PairTools,
): PairVerdict => {
  if (certificate === undefined) {
    return { keep: false, why: key === undefined ? "there is none" : "its certificate is missing" };
  }
  if (key === undefined) return { keep: false, why: "its key is missing" };
  const signer = issuer?.current?.certificate;
  if (signer === undefined) return { keep: false, why: `${pair.order.issuer} is new` };
  return judgePair(pair, signer, { certificate, key }, tools);
};

/** Undefined for a file that is not there; throws file.* for one that cannot be read. */
export const readIfThere = async (files: Files, path: string): Promise<Uint8Array | undefined> => {
  try {
    return (await files.read(path)).bytes;
  } catch (error) {
    if (
      error instanceof CertwrightError &&
      (error.code === "file.missing" || error.code === "file.no-folder")
    ) {
      return undefined;
    }
    throw error;
  }
};
