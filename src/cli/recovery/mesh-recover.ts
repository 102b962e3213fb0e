import { resolve } from "node:path";
import { systemClock } from "../../adapters/clock/system-clock.ts";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { verifySignature } from "../../adapters/crypto/node-verify.ts";
import { readEstateVersion } from "../../adapters/estate/estate-version.ts";
import { httpsKubernetes } from "../../adapters/kubernetes/https-kubernetes.ts";
import { identifyKey } from "../../adapters/source/identify-key.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import type { Right } from "../../core/discovery/rights.ts";
import { digestOf } from "../../core/inventory/digest-of.ts";
import type { Phase } from "../../core/model/plan.ts";
import { planLifetime } from "../../core/plan/limits.ts";
import { sealPlan } from "../../core/plan/seal.ts";
import { meshCaseOf, type MeshCase } from "../../core/recovery/mesh/cases.ts";
import type { MeshFacts } from "../../core/recovery/mesh/facts.ts";
import { meshPhases } from "../../core/recovery/mesh/plan.ts";
import { meshLookRights, meshRights } from "../../core/recovery/mesh/rights.ts";
import { meshVerdictOf, meshVerdictText } from "../../core/recovery/mesh/verdict.ts";
import { missingRights } from "../../engine/discovery/check-rights.ts";
import { lookAtMesh } from "../../engine/recovery/mesh-look.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";
import { writeData } from "../output.ts";
import { directoryOf, withPki } from "../pki/open-pki.ts";
import type { RunChoice } from "../run/run-options.ts";
import type { Terminal } from "../terminal.ts";
import { carryOutMeshRecovery, type MeshPlan } from "./mesh-run.ts";

export interface MeshChoice extends RunChoice {
  readonly kubeconfig?: string | undefined;
  readonly namespace: string;
  readonly planOnly: boolean;
  readonly yes: boolean;
  readonly explain: boolean;
  readonly master: readonly string[];
  readonly restoreEtcdFrom?: string | undefined;
}

/** Milliseconds for one call. */
const deadline = 10_000;

/** Looks at the mesh's CA in the API, says what has happened, and without --plan-only brings it back. */
export const recoverMesh = async (terminal: Terminal, choice: MeshChoice): Promise<ExitCode> => {
  refuseOtherOptions(choice);
  const kubeconfig = resolve(choice.kubeconfig ?? "kubeconfig");
  const api = await httpsKubernetes.open({ kubeconfig, deadline });
  try {
    const ports = { digests, identifyKey, verifySignature, clock: systemClock };
    await requireRights(api, meshLookRights(choice.namespace));
    const facts = await lookAtMesh(ports, api, choice.namespace);
    if (facts.signers.length + facts.published.length + facts.istiod.length === 0)
      throw failure("mesh.absent", { namespace: choice.namespace, kubeconfig });
    const found = meshCaseOf(facts);
    const phases = meshPhases(facts, found);
    const verdict = meshVerdictOf(facts, phases);
    if (choice.planOnly || found === undefined || choice.output === "text") {
      if (choice.output === "json") await writeData(terminal, "json", verdict);
      else terminal.write(meshVerdictText(verdict));
    }
    if (found === undefined) return 0;
    if (choice.planOnly) return 1;
    if (found.first === true)
      throw failure("mesh.first", { found: found.id, title: found.title, remedy: found.remedy });
    await requireRights(api, meshRights(facts));
    // Whoever recovers a mesh may never have had a PKI: runs and their reports lie in its directory.
    await withPki(terminal, choice, "create", () => Promise.resolve());
    const plan = planOf(facts, found, phases, { kubeconfig, directory: directoryOf(choice) });
    return await carryOutMeshRecovery(terminal, plan, choice);
  } finally {
    api.close();
  }
};

/** Throws mesh.not-asked-for. */
const refuseOtherOptions = ({ master, restoreEtcdFrom, explain }: MeshChoice): void => {
  const option =
    master.length > 0
      ? "--master"
      : restoreEtcdFrom !== undefined
        ? "--restore-etcd-from"
        : explain
          ? "--explain"
          : undefined;
  if (option !== undefined) throw failure("mesh.not-asked-for", { option });
};

/** Throws mesh.rights with all that is missing at once. */
const requireRights = async (api: KubernetesApi, rights: readonly Right[]): Promise<void> => {
  const missing = await missingRights(api, rights, "certwright-mesh");
  if (missing !== undefined) throw failure("mesh.rights", missing);
};

const planOf = (
  facts: MeshFacts,
  found: MeshCase,
  phases: readonly Phase[],
  { kubeconfig, directory }: { readonly kubeconfig: string; readonly directory: string },
): MeshPlan => {
  const { namespace, takenAt: now } = facts;
  const goal = {
    kind: "recover-mesh",
    mesh: "istio",
    namespace,
    kubeconfig,
    case: found.id,
  } as const;
  const seen = meshVerdictOf(facts, phases).verdict;
  const plan = sealPlan(
    {
      format: "certwright.plan/1",
      goal,
      reason: found.title,
      basis: {
        inventory: digestOf(seen, digests),
        estate: readEstateVersion(directory),
        parts: {},
      },
      createdAt: now,
      expiresAt: now + planLifetime,
      phases,
      blind: [],
    },
    digests,
  );
  return { ...plan, goal };
};
