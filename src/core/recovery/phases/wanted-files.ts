import type { MadeFile } from "../../model/made-file.ts";
import type { Situation } from "../cases.ts";
import { isStacked, type JudgedFile } from "../judge.ts";
import { madeFile, type MadeNode } from "../made-files.ts";
import type { RecoveryOptions } from "../steps.ts";
import { tree, treeCas, type TreeCa, type TreeFile } from "../tree.ts";
import { planeOf, type Plane } from "./planes.ts";

/** CAs whose key nobody has: whoever was signed by them gets a new leaf, whoever trusts them the new one. */
export const freshCas = ({ cas, facts, files }: Situation): ReadonlySet<TreeCa | "sa"> => {
  const stacked = isStacked(facts);
  const gone: (TreeCa | "sa")[] = treeCas
    .filter((ca) => ca !== "etcd/ca" || stacked)
    .filter((ca) => cas[ca].key === "gone");
  const tokens =
    facts.kept.some(({ ca }) => ca === "sa") ||
    files.some(({ file, faults }) => file.kind === "token-key" && faults.length === 0);
  return new Set(tokens ? gone : [...gone, "sa"]);
};

/** What of the tree is made on that node in that plane. */
export const filesOf = (
  { files, facts }: Situation,
  options: RecoveryOptions,
  fresh: ReadonlySet<TreeCa | "sa">,
  node: MadeNode,
  plane: Plane,
): readonly MadeFile[] => {
  const stacked = isStacked(facts);
  const judged = files.filter((one) => one.node === node.name);
  const first = options.cluster.masters[0]?.name === node.name;
  return tree
    .filter((file) => planeOf(file) === plane)
    .filter((file) => node.pods !== undefined || file.on === "every")
    .filter((file) => file.stacked !== true || stacked)
    .filter((file) => isMade(judged, fresh, file, first))
    .flatMap((file) => {
      const made = madeFile(options, node, file);
      if (made === undefined) return [];
      return isOnlyExpired(judged, fresh, file) ? onceMore(made) : made;
    });
};

const onceMore = (file: MadeFile): MadeFile =>
  file.make.kind === "certificate" ? { ...file, make: { ...file.make, again: true } } : file;

/** Nothing is wrong with it and its key but the day. */
const isOnlyExpired = (
  judged: readonly JudgedFile[],
  fresh: ReadonlySet<TreeCa | "sa">,
  file: TreeFile,
): boolean =>
  !("ca" in file && fresh.has(file.ca)) &&
  judged.some(
    (one) =>
      one.file === file && one.faults.every((fault) => fault === "expired" || fault === "ending"),
  ) &&
  judged.some(
    ({ file: other, faults }) =>
      other.kind === "key" && other.belongsTo === file.path && faults.length === 0,
  );

/** Of a pair that is damaged in one half both are made. */
const isMade = (
  judged: readonly JudgedFile[],
  fresh: ReadonlySet<TreeCa | "sa">,
  file: TreeFile,
  first: boolean,
): boolean => {
  if (file.path === "super-admin.conf" && !first) return false;
  if ("ca" in file && fresh.has(file.ca)) return true;
  if ((file.kind === "token-key" || file.kind === "token-public-key") && fresh.has("sa"))
    return true;
  const isMissing = (path: string): boolean =>
    judged.some(({ file: other, faults }) => other.path === path && faults.includes("missing"));
  const own = judged.find((one) => one.file === file);
  // What a sound tree may lack is not judged when it is missing: it goes with what it belongs to.
  if (own === undefined) return isMissing(file.kind === "ca-key" ? file.belongsTo : "admin.conf");
  return judged.some(
    ({ file: other, faults }) =>
      faults.length > 0 &&
      (other === file || (other.kind === "key" && other.belongsTo === file.path)),
  );
};
