import type { Reload } from "../../src/core/model/inventory.ts";
import { inCluster } from "../../src/programs/client-go/in-cluster.ts";
import * as coredns from "../../src/programs/coredns/slots.ts";
import * as apiserver from "../../src/programs/kube-apiserver/slots.ts";
import { restartRules as apiserverRules } from "../../src/programs/kube-apiserver/restart.ts";
import * as controllerManager from "../../src/programs/kube-controller-manager/slots.ts";
import { restartRules as controllerManagerRules } from "../../src/programs/kube-controller-manager/restart.ts";
import * as proxy from "../../src/programs/kube-proxy/slots.ts";
import * as scheduler from "../../src/programs/kube-scheduler/slots.ts";
import { restartRules as schedulerRules } from "../../src/programs/kube-scheduler/restart.ts";
import * as kubelet from "../../src/programs/kubelet/slots.ts";
import { restartRules as kubeletRules } from "../../src/programs/kubelet/restart.ts";
import {
  probedVersions as probedKubernetes,
  readingOf,
  readVersions,
  type ProgramFile,
  type ProgramSlot,
  type RestartRule,
} from "../../src/programs/kubernetes/slot.ts";
import { etcdVersions } from "../../src/core/model/estate.ts";
import { healthSigns } from "../../src/programs/etcd/health.ts";
import { restartRules } from "../../src/programs/etcd/restart.ts";
import { probedVersions, slots } from "../../src/programs/etcd/slots.ts";

const reloadWords: Readonly<Record<Reload, string>> = {
  handshake: "at each new connection",
  watch: "by itself",
  start: "at its start only",
  unknown: "nobody knows",
};

/** docs/reference/reload-table.md: when programs look at their certificates again. */
export const reloadTablePage = (): string =>
  `${[
    "# When programs read their certificates",
    "",
    "What a change of a file does to a program that runs. A rotation restarts what reads at its start only, and nothing else.",
    "",
    "Made from src/programs by `npm run docs`.",
    "",
    "## etcd",
    "",
    `Versions ${etcdVersions.join(", ")}. Tried on the real programs by test/real/reload: ${probedVersions.join(", ")}; of the others the sources were read.`,
    "",
    ...table(
      ["slot", "what it is", "flags", "read", "source"],
      slots.map(({ id, title, flags, reload, source }) => [
        id,
        title,
        flags.map((flag) => `\`--${flag}\``).join(", "),
        reloadWords[reload],
        source,
      ]),
    ),
    "",
    "Connections that are open stay open when a certificate is replaced.",
    "",
    "### Restarting a member",
    "",
    ...table(
      ["rule", "why", "source"],
      restartRules.map(({ rule, why, source }) => [rule, why, source]),
    ),
    "",
    "### How its health is read",
    "",
    ...table(
      ["look", "what it says", "source"],
      healthSigns.map(({ look, says, source }) => [look, says, source]),
    ),
    "",
    "## Kubernetes",
    "",
    `Versions ${readVersions.join(", ")}, whose sources were read; files in the column "source" are those of kubernetes/kubernetes unless a module is named. Rows with a ✔ are tried on the real programs of ${probedKubernetes.join(", ")} by test/real/reload. kubeadm's files are meant: a program that was started in another way may have other flags.`,
    "",
    ...programs.flatMap(programSection),
  ].join("\n")}\n`;

interface Program {
  readonly name: string;
  readonly about: string;
  /** Where it serves with TLS. */
  readonly port?: number;
  readonly slots: readonly ProgramSlot[];
  readonly others?: readonly ProgramFile[];
  readonly rules?: readonly RestartRule[];
}

const programs: readonly Program[] = [
  {
    name: "kube-apiserver",
    about:
      "A rotation of the cluster's CA or of the front proxy's restarts no API server; one of etcd's CA or of the ServiceAccount keys restarts each.",
    port: apiserver.port,
    slots: apiserver.slots,
    others: apiserver.otherFiles,
    rules: apiserverRules,
  },
  {
    name: "kube-controller-manager",
    about:
      "With kubeadm ca.crt is its signer as well, which must not be a bundle: a plan gives it a file of its own first.",
    port: controllerManager.port,
    slots: controllerManager.slots,
    rules: controllerManagerRules,
  },
  {
    name: "kube-scheduler",
    about:
      "Whom its own port accepts it reads in the ConfigMap extension-apiserver-authentication by itself.",
    port: scheduler.port,
    slots: scheduler.slots,
    rules: schedulerRules,
  },
  {
    name: "kubelet",
    about: "On every node, as a service of the system.",
    port: kubelet.port,
    slots: kubelet.slots,
    others: kubelet.otherFiles,
    rules: kubeletRules,
  },
  {
    name: "kube-proxy",
    about: "In a pod on every node.",
    slots: proxy.slots,
    rules: proxy.restartRules,
  },
  {
    name: "CoreDNS",
    about:
      "It has versions of its own; 1.13.1, which kubeadm 1.35 deploys, is built with client-go 0.34.",
    slots: coredns.slots,
    rules: coredns.restartRules,
  },
  {
    name: "Programs in pods",
    about:
      "By the version of client-go that a program was built with: 0.35 and before as in the column 1.35, 0.36 and later as in 1.36. Programs in other languages: see their own documentation.",
    slots: [],
    others: [inCluster],
  },
];

const programSection = ({
  name,
  about,
  port,
  slots: own,
  others = [],
  rules = [],
}: Program): readonly string[] => [
  `### ${name}`,
  "",
  port === undefined ? about : `${about} It serves on port ${port}.`,
  "",
  ...table(
    [
      "slot",
      "what it is",
      "settings",
      ...readVersions.map((version) => `read in ${version}`),
      "besides",
      "source",
    ],
    [
      ...own.map((slot) => [slot.probed ? `${slot.id} ✔` : slot.id, ...fileCells(slot)]),
      ...others.map((file) => ["", ...fileCells(file)]),
    ],
  ),
  "",
  ...(rules.length === 0
    ? []
    : [
        `Restarting it:`,
        "",
        ...table(
          ["rule", "why", "source"],
          rules.map(({ rule, why, source }) => [rule, why, source]),
        ),
        "",
      ]),
];

const fileCells = (file: ProgramFile): readonly string[] => [
  file.title,
  file.settings.map((setting) => `\`${setting}\``).join(", "),
  ...readVersions.map((version) => reloadWords[readingOf(file, version).reload]),
  file.note,
  file.source,
];

const table = (
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] => [
  `| ${headings.join(" | ")} |`,
  `|${headings.map(() => "---").join("|")}|`,
  ...rows.map((row) => `| ${row.join(" | ")} |`),
];
