import { httpsKubernetes } from "../../adapters/kubernetes/https-kubernetes.ts";
import { systemClock } from "../../adapters/clock/system-clock.ts";
import { readRunSettings, type RunFolder } from "../../adapters/runs/run-folder.ts";
import { readEstateVersion } from "../../adapters/estate/estate-version.ts";
import { CertwrightError, isFailure } from "../../core/errors/certwright-error.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { Goal, Plan } from "../../core/model/plan.ts";
import { goalWords } from "../../core/plan/explain/goal-words.ts";
import { currentList, type Run } from "../../core/run/run.ts";
import type { Authority } from "../../engine/authority/authority.ts";
import { openApis } from "../../engine/rotation/kubernetes/apis.ts";
import {
  giveBackRunLease,
  noteRunLease,
  takeRunLease,
  type LeasedGeneration,
  type RunLeaseOrder,
} from "../../engine/rotation/kubernetes/run-lease.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";
import type { Terminal } from "../terminal.ts";
import { readRotatable } from "../etcd-estate.ts";
import { readRun } from "./find-run.ts";
import { whoAmI } from "./run-options.ts";

/** Milliseconds for one call: a single master's API server may be coming up. */
const deadline = 10_000;

export interface LeasedRun {
  readonly directory: string;
  readonly run: string;
  readonly plan: Plan;
  readonly estate: Estate;
  readonly authority: Authority;
  /** Whether the run is there already, so that an API which does not answer must not keep it from going on. */
  readonly goesOn: boolean;
  /** Its API may be what is to be brought back: that it was not told is no news. */
  readonly mayBeDead?: true;
}

/**
 * Works while the cluster says whose run it is, and in which phase; an estate without Kubernetes has nobody to say it to. The Lease stays
 * for as long as the run is open. Throws lease.of-another-run, and kubernetes.* for a run that has not begun.
 */
export const withClusterLease = async <T>(
  terminal: Terminal,
  job: LeasedRun,
  work: (tell: (phase: string) => void) => Promise<T>,
): Promise<T> => {
  const { directory, run, plan, estate, authority, goesOn } = job;
  if (estate.kubernetes === undefined) return await work(() => undefined);
  const ports = { kubernetes: httpsKubernetes, authority, clock: systemClock };
  const apis = openApis(ports, estate.kubernetes, deadline);
  const order: RunLeaseOrder = {
    holder: whoAmI(),
    run,
    lineage: readEstateVersion(directory).lineage,
    goal: goalWords(plan.goal),
  };
  try {
    try {
      await takeRunLease(await apis.open(), order, systemClock.now());
    } catch (error) {
      if (!goesOn || !(error instanceof CertwrightError)) throw error;
      if (isFailure(error, "lease.of-another-run")) throw error;
      if (job.mayBeDead !== true)
        terminal.say(
          `the cluster was not told that the run goes on: ${(error as CertwrightError).message}`,
        );
    }
    let last = "";
    let telling: Promise<void> = Promise.resolve();
    const tellPhase = (phase: string): void => {
      if (phase === last) return;
      last = phase;
      telling = telling
        .then(async () => {
          const generations = await generationsOf(authority, plan.goal);
          const note = { ...order, state: "at work", phase, generations };
          await noteRunLease(await apis.open(), note, systemClock.now());
        })
        // The API is away for a moment while its only server restarts; the next phase is told again.
        .catch(() => undefined);
    };
    try {
      return await work(tellPhase);
    } finally {
      await telling;
      await tell(terminal, () => apis.open(), { order, authority }, readRun(directory, run).run);
    }
  } finally {
    apis.close();
  }
};

/** Of the issuers that a goal is about, but for those that were done with before. */
const generationsOf = async (
  authority: Authority,
  goal: Goal,
): Promise<readonly LeasedGeneration[]> => {
  const names = goal.kind === "rotate" ? goal.issuers : "issuer" in goal ? [goal.issuer] : [];
  const issuers = await Promise.all(names.map((name) => authority.issuer(name)));
  return issuers.flatMap(({ name: issuer, generations }) =>
    generations.slice(-shown).map(({ number, stage }) => ({ issuer, number, stage })),
  );
};

/** The one that goes and the one that comes. */
const shown = 2;

/** What became of it; the run's journal has it anyway. */
const tell = async (
  terminal: Terminal,
  open: () => Promise<KubernetesApi>,
  { order, authority }: { readonly order: RunLeaseOrder; readonly authority: Authority },
  run: Run,
): Promise<void> => {
  const { stage } = run;
  const phase = currentList(run)?.phase.id;
  try {
    const api = await open();
    if (stage.kind === "closed" || stage.kind === "unopened") await giveBackRunLease(api, order);
    else {
      const state = "why" in stage ? `${stage.kind}: ${stage.why ?? ""}` : stage.kind;
      const generations = await generationsOf(authority, run.plan.goal);
      const note = { ...order, state, generations, ...(phase === undefined ? {} : { phase }) };
      await noteRunLease(api, note, systemClock.now());
    }
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    terminal.say(`the cluster was not told where the run is: ${error.message}`);
  }
};

/** What an abort has to do, which works without the CA's keys. */
export const forgetClusterLease = async (
  terminal: Terminal,
  directory: string,
  folder: RunFolder,
): Promise<void> => {
  try {
    const { kubernetes } = await readRotatable(readRunSettings(folder).estate);
    if (kubernetes === undefined) return;
    const { kubeconfig } = kubernetes;
    const api = await httpsKubernetes.open({ kubeconfig, deadline });
    try {
      const { lineage } = readEstateVersion(directory);
      await giveBackRunLease(api, { run: folder.run, lineage });
    } finally {
      api.close();
    }
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    terminal.say(
      `the cluster still has the Lease of this run (${error.message}); give it free: kubectl --namespace kube-system delete lease certwright`,
    );
  }
};
