import { utf8Of } from "../../../core/bytes/utf8.ts";
import { flagValue } from "../../../core/manifest/flag-value.ts";
import { programWords } from "../../../core/manifest/flags.ts";
import type { Place } from "../../../core/model/inventory.ts";
import type { PlanFinding } from "../../../core/plan/finding.ts";
import { slots as etcdSlots } from "../../../programs/etcd/slots.ts";
import { slots as apiServerSlots } from "../../../programs/kube-apiserver/slots.ts";
import { slots as controllerManagerSlots } from "../../../programs/kube-controller-manager/slots.ts";
import { slots as schedulerSlots } from "../../../programs/kube-scheduler/slots.ts";
import type { ProgramSlot } from "../../../programs/kubernetes/slot.ts";
import { attempt } from "../attempt.ts";
import { flagOf } from "../by-hand-layout.ts";
import { slotsOf, type Layout, type PlacedConsumer, type PlacedSlot } from "../layout.ts";
import type { Look } from "../look.ts";

/** Which flags name a slot's files, in the order of certificate and key; several for one kubeconfig. */
interface SlotFlags {
  readonly id: string;
  readonly flags: readonly string[];
}

/** "--kubeconfig: client-certificate-data" is a part of what --kubeconfig names. */
const slotFlags = ({ id, settings }: Pick<ProgramSlot, "id" | "settings">): SlotFlags => ({
  id,
  flags: settings.map(flagOf),
});

const flagsOf: Readonly<Record<string, readonly SlotFlags[]>> = {
  etcd: etcdSlots,
  "kube-apiserver": apiServerSlots.map(slotFlags),
  "kube-controller-manager": controllerManagerSlots.map(slotFlags),
  "kube-scheduler": schedulerSlots.map(slotFlags),
};

/** A static pod whose manifest names other files than those that a plan would change. */
export const manifestFindings = async (
  look: Look,
  consumer: PlacedConsumer,
): Promise<readonly PlanFinding[]> => {
  const { id, node, program, service } = consumer;
  const table = flagsOf[program];
  if (service.kind !== "static-pod" || table === undefined) return [];
  const { manifest } = service;
  const read = await attempt(() => look.at.sessions.use(node, (one) => one.read(manifest)));
  const bytes = read.ok ? read.value?.bytes : undefined;
  const words = await attempt(async () =>
    bytes === undefined ? undefined : programWords(utf8Of(bytes).text, manifest, program),
  );
  if (!read.ok || !words.ok || words.value === undefined) {
    return [
      {
        rule: "manifest-unreadable",
        subject: id,
        text: `how the kubelet${node === undefined ? "" : ` of ${node.name}`} starts ${program} cannot be read`,
        evidence: [
          !read.ok ? read.why : !words.ok ? words.why : `${manifest}: there is no such file`,
        ],
        cure: "correct controlPlane or directory under kubernetes in certwright.yaml, or let certwright read it: access and sudo of the node",
      },
    ];
  }
  const found = words.value;
  const evidence = slotsOf(look.at.layout, id).flatMap((slot) => {
    const { flags } = table.find((one) => slot.id === `${id}/${one.id}`)!;
    return differences(look.at.layout, slot, flags, found).map((line) => `${manifest}: ${line}`);
  });
  return [
    ...otherData(consumer, manifest, found),
    ...(evidence.length === 0 ? [] : [otherFiles(consumer, manifest, evidence)]),
  ];
};

/** A member's process is told from others' by it, and a backup's restore begins there. */
const otherData = (
  { id, member }: PlacedConsumer,
  manifest: string,
  words: readonly string[],
): readonly PlanFinding[] => {
  const found = flagValue(words, "data-dir");
  if (member === undefined || found === member.dataDirectory) return [];
  const there = found ?? "in no directory that its manifest names";
  return [
    {
      rule: "data-directory",
      subject: id,
      text: `${id} keeps its data in ${there}, and the estate says ${member.dataDirectory}`,
      evidence: [`${manifest}: ${found === undefined ? "no --data-dir" : `--data-dir=${found}`}`],
      cure: "say where: etcdDataDirectory under kubernetes in certwright.yaml",
    },
  ];
};

const otherFiles = (
  { id }: PlacedConsumer,
  manifest: string,
  evidence: readonly string[],
): PlanFinding => ({
  rule: "flag-differs",
  subject: id,
  text: `${id} is started with other files than those that kubeadm makes, and than a plan would change`,
  evidence,
  cure: `let ${manifest} name kubeadm's files again; other layouts are not known to this version`,
});

const differences = (
  layout: Layout,
  { role, consumer, issuer, place }: PlacedSlot,
  flags: readonly string[],
  words: readonly string[],
): readonly string[] => {
  const wanted = pathsOf(place, flags);
  const found = flags.map((flag) => flagValue(words, flag));
  // It signs nothing: so kubeadm starts it where the CA's key is elsewhere.
  if (role === "signs" && found.every((path) => path === undefined || path === "")) return [];
  // kubeadm's own choice until a rotation has split the signer from what is trusted, and after one.
  const beside = role === "signs" ? caFiles(layout, consumer, issuer) : undefined;
  const former = beside && pathsOf(beside, flags);
  if (former?.every((path, i) => path === found[i]) === true) return [];
  return flags.flatMap((flag, i) => {
    if (found[i] === wanted[i]) return [];
    const is = found[i] === undefined ? `no --${flag}` : `--${flag}=${found[i]}`;
    return [
      [`${is}, not ${wanted[i]}`, ...(former === undefined ? [] : [former[i]])].join(" nor "),
    ];
  });
};

const pathsOf = ({ path, key }: Place, flags: readonly string[]): readonly string[] =>
  flags.map((_, i) => (i > 0 ? (key ?? path) : path));

/** Where the CA's certificate and key lie on the same node. */
const caFiles = (
  { slots }: Layout,
  consumer: PlacedSlot["consumer"],
  issuer: string,
): Place | undefined => {
  const node = [...slots.values()].find((one) => one.consumer === consumer)?.place.node;
  return [...slots.values()]
    .filter(({ place }) => place.node === node && place.form?.kind === "key")
    .find((one) => one.issuer === issuer)?.place;
};
