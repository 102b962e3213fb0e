import { failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { recoveryRunbook } from "../../core/recovery/explain/runbook.ts";
import { verdictOf, verdictText } from "../../core/recovery/verdict.ts";
import { defineCommand } from "../command.ts";
import { withPki } from "../pki/open-pki.ts";
import { nodeOptions } from "../discover/node-options.ts";
import { writeData } from "../output.ts";
import { adoptCas } from "../recovery/adopt-cas.ts";
import { carryOutRecovery } from "../recovery/carry-out-recovery.ts";
import {
  draftRecovery,
  estateFor,
  refuseOtherKubeconfig,
  settled,
} from "../recovery/draft-recovery.ts";
import { etcdEstate, recoverEtcd } from "../recovery/etcd-recover.ts";
import { issuerOfCa, keptCas } from "../recovery/kept-cas.ts";
import { lookAtCluster } from "../recovery/look-at-cluster.ts";
import { recoverMesh } from "../recovery/mesh-recover.ts";
import { nodesToLookAt } from "../recovery/nodes.ts";
import { refuseBeforeWriting } from "../recovery/objections.ts";
import { restoreChosen } from "../recovery/restore-choice.ts";
import { runOptions, yesOption } from "../run/run-options.ts";

/** The only one whose objects are known. */
const meshKind = (text: string, flag: string): "istio" => {
  if (text === "istio") return text;
  throw failure("usage.invalid-option", { option: flag, value: text, expected: "istio" });
};

export const command = defineCommand({
  description:
    "For a kubeadm cluster whose certificates are lost, expired or wrong, and for an etcd cluster of its own: an estate file that has etcd and no kubernetes is recovered as that. It looks at every file that kubeadm lays on the control plane nodes, at what still answers on their ports, at the processes that live and at what etcd's data says on the disk, without an API and without changing anything; then it says on one screen what has happened, what not to do first, what is lost for good, what can be had back and in which steps. Without --plan-only it then copies what is left, makes what is missing again, plane by plane, and proves each step, as a run that certwright resume can go on with. On a control plane node it needs no network; from outside it goes by ssh. Exit code 0 when every file is there and valid or the cluster is back, 1 when something is not; the others as apply has them.",
  options: {
    planOnly: { flag: "--plan-only", description: "look, say what would be done, and do nothing" },
    explain: {
      flag: "--explain",
      description:
        "print what would be done as a runbook for hands (Markdown), for those who may not run programs on control plane nodes, and do nothing",
    },
    master: {
      flag: "--master <name>",
      description: "a control plane node that ssh reaches (several: again; default: this machine)",
      repeat: true,
    },
    gone: {
      flag: "--gone <name>",
      description:
        "a former member of etcd whose machine is gone for good, so that its node is not waited for (several: again); where etcd has a quorum, remove that member first (etcdctl member remove)",
      repeat: true,
    },
    ...nodeOptions,
    kubeconfig: {
      flag: "--kubeconfig <file>",
      description:
        "yours, which is made anew where it does not work any more (default: ./kubeconfig); of a mesh: by which its objects are reached",
    },
    mesh: {
      flag: "--mesh <kind>",
      description:
        "recover the CA of a service mesh instead, in the Secrets and ConfigMaps of a cluster that answers: istio",
      parse: meshKind,
    },
    namespace: {
      flag: "--namespace <name>",
      description: "of a mesh: where istiod runs",
      default: "istio-system",
    },
    estate: {
      flag: "-e, --estate <file>",
      description:
        "where what was found is written down; one that has etcd and no kubernetes says what is recovered",
      default: "certwright.yaml",
      env: "CERTWRIGHT_ESTATE",
    },
    restoreEtcdFrom: {
      flag: "--restore-etcd-from <node|node:file>",
      description:
        "where etcd has lost its quorum: go on with the data of this control plane node's member, and give up what others had and it had not received; or with a snapshot that lies on it (etcdctl snapshot save), and give up everything since",
    },
    ...runOptions,
    yes: yesOption,
  },
  examples: [
    {
      command: "certwright recover --plan-only",
      does: "On a control plane node: say what has happened and what to do",
    },
    {
      command:
        "certwright recover --plan-only --master master-1 --master master-2 --master master-3 -o json",
      does: "From outside, as data",
    },
    {
      command: "certwright recover --explain > runbook.md",
      does: "The same steps as commands for hands, with openssl and kubectl",
    },
    {
      command: "certwright recover --plan-only --estate etcd.yaml",
      does: "For an etcd cluster without Kubernetes: say what has happened and what to do",
    },
    {
      command: "certwright recover --master master-1 --kubeconfig new-kubeconfig",
      does: "Bring the cluster of one control plane node back, with a new kubeconfig for yourself",
    },
    {
      command: "certwright recover --mesh istio --plan-only --kubeconfig admin.conf",
      does: "Say what has happened to the root of an Istio mesh and what to do",
    },
  ],
  async run(terminal, { options }): Promise<ExitCode> {
    if (options.mesh !== undefined) return await recoverMesh(terminal, options);
    const alone = await etcdEstate(options);
    if (alone !== undefined) return await recoverEtcd(terminal, alone, options);
    const nodes = nodesToLookAt(options);
    const kept = await keptCas(terminal, options);
    const { situation, known } = await lookAtCluster(terminal, nodes, kept, options);
    if (situation.masters.length === 0)
      throw failure("recovery.no-master", {
        nodes: situation.facts.nodes.map(
          ({ name, why = "nothing of a control plane lies or runs there" }) => ({
            node: name,
            why,
          }),
        ),
      });
    const named = options.master.length > 0;
    const chosen = await restoreChosen(situation, nodes, options.restoreEtcdFrom, named);
    const drafted =
      "unknown" in known
        ? undefined
        : draftRecovery(terminal, situation, known, { ...options, ...chosen });
    const verdict = verdictOf(
      situation,
      drafted?.plan.phases ?? [],
      "unknown" in known ? known.unknown : [],
    );
    if (options.explain && !("unknown" in known) && drafted!.plan.phases.length > 0) {
      const { phases } = drafted!.plan;
      terminal.write(recoveryRunbook({ situation, cluster: known, issuers: issuerOfCa, phases }));
      return 1;
    }
    if (options.planOnly || verdict.verdict.case === "sound" || options.output === "text") {
      if (options.output === "json") await writeData(terminal, "json", verdict);
      else terminal.write(verdictText(verdict));
    }
    if (verdict.verdict.case === "sound") return 0;
    if (options.planOnly || options.explain) return 1;
    refuseBeforeWriting(situation, {
      chosen: named,
      restoreFrom: chosen.restoreFrom,
    });
    if ("unknown" in known) throw failure("recovery.unknown", { unknown: known.unknown });
    refuseOtherKubeconfig(drafted!, known, options);
    const estate = estateFor(drafted!, known, options);
    // A cluster whose CAs nobody kept may be recovered by somebody who never had a PKI.
    await withPki(terminal, options, "create", () => Promise.resolve());
    await adoptCas(terminal, situation, nodes, options);
    return await carryOutRecovery(terminal, settled(drafted!, estate, options), options);
  },
});
