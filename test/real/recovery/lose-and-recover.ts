import type { Cluster } from "../cluster/cluster.ts";
import type { Node } from "../cluster/node.ts";
import { objectsOf, lostOf, sameIn } from "./objects.ts";
import { lose, whenControlPlaneIsGone } from "./lose.ts";
import type { Recovered, RecoveryScene } from "./scene.ts";

/** What `certwright recover --plan-only -o json` prints. */
export interface PrintedVerdict {
  readonly verdict: { readonly case: string; readonly title: string };
  readonly lost: readonly string[];
  readonly recoverable: readonly string[];
  readonly interruptions: readonly { readonly what: string; readonly expected?: number }[];
  readonly steps: readonly { readonly id: string; readonly title: string }[];
}

/** A cluster that lost its files, and what it was like to have them back. */
export interface Story {
  readonly verdict: PrintedVerdict;
  /** From the start of the command to the verdict. */
  readonly verdictSeconds: number;
  readonly recovered: Recovered;
  /** Longest time in which nobody answered at the API's endpoint. */
  readonly apiGapSeconds: number;
  /** Milliseconds from the start of the recovery until the API answered, and what the verdict said of it. */
  readonly apiAway: { readonly announced: number; readonly seen: number };
  readonly workload: { readonly tried: number; readonly failures: readonly string[] };
  readonly objects: {
    readonly before: number;
    readonly same: number;
    readonly lost: readonly string[];
  };
  readonly nodesReady: number;
  /** The application's pods, their identity and starts, are those from before. */
  readonly podsAreTheSame: boolean;
  /** The pod that has a token and the CA is that from before. */
  readonly askerIsTheSame: boolean;
}

/** Deletes the paths on those nodes, waits until their control plane has ended, and has certwright bring it back. */
export const loseAndRecover = async (
  scene: RecoveryScene,
  options: {
    readonly nodes: readonly Node[];
    readonly paths: readonly string[];
    readonly said?: (line: string) => void;
  },
): Promise<Story> => {
  const { said = () => {}, nodes, paths } = options;
  const { cluster, masters } = scene;
  const pods = await scene.pods(cluster.kubectl, "web");
  const asker = await scene.pods(cluster.kubectl, "asker");
  const before = await objectsOf(masters[0]!);
  said(`rm -rf ${paths.join(" ")} on ${nodes.map(({ name }) => name).join(", ")}`);
  await lose(nodes, paths);
  await whenControlPlaneIsGone(nodes);
  said("nothing of the control plane lives there");
  const looked = await scene.recover(["--plan-only", "-o", "json"]);
  const verdict = readVerdict(looked);
  said(`${verdict.verdict.case}: ${verdict.verdict.title}; the verdict took ${looked.seconds} s`);
  const began = Date.now();
  const recovered = await scene.recover(["--yes"], said);
  if (recovered.code !== 0) {
    throw new Error(
      `certwright recover ended with ${recovered.code}:\n${recovered.stdout.slice(-8000)}\n${recovered.stderr}`,
    );
  }
  const ready = await readyNodes(scene.kubectl);
  const after = await objectsOf(masters[0]!);
  const watched = (await Promise.all(scene.workloads.map((one) => one.stop()))).flat();
  const [api] = await scene.api.stop();
  return {
    verdict,
    verdictSeconds: looked.seconds,
    recovered,
    apiGapSeconds: Number((api!.longestGap / 1000).toFixed(1)),
    apiAway: {
      announced: sumOf(verdict.interruptions.filter(({ what }) => what.startsWith("the API"))),
      seen: Math.max(0, api!.gapEnded - began),
    },
    workload: {
      tried: watched.reduce((sum, { tried }) => sum + tried, 0),
      failures: watched.flatMap(({ url, failures }) =>
        failures
          .filter(({ at }) => at >= scene.since)
          .map(({ at, why }) => `${new Date(at).toISOString()} ${url}: ${why}`),
      ),
    },
    objects: {
      before: before.size,
      same: sameIn(before, after),
      lost: lostOf(before, after, replacedBy(verdict)),
    },
    nodesReady: ready,
    podsAreTheSame: (await scene.pods(scene.kubectl, "web")) === pods,
    askerIsTheSame: (await scene.pods(scene.kubectl, "asker")) === asker,
  };
};

/** Exit code 1 says that something is not as it should be. Throws with what was said when it said no verdict. */
export const readVerdict = ({
  code,
  stdout,
  stderr,
}: Pick<Recovered, "code" | "stdout" | "stderr">): PrintedVerdict => {
  if ((code !== 0 && code !== 1) || !stdout.startsWith("{")) {
    throw new Error(`certwright recover --plan-only ended with ${code}:\n${stdout}${stderr}`);
  }
  return JSON.parse(stdout) as PrintedVerdict;
};

const sumOf = (interruptions: PrintedVerdict["interruptions"]): number =>
  interruptions.reduce((sum, { expected = 0 }) => sum + expected, 0);

/** Whose pods are others where steps say that pods with a dead CA or token are replaced. */
const replacedBy = ({ steps }: PrintedVerdict): readonly string[] =>
  steps.some(({ id }) => id.startsWith("workloads."))
    ? ["kube-system/kube-proxy", "kube-system/coredns", "default/asker"]
    : [];

const readyNodes = async (kubectl: Cluster["kubectl"]): Promise<number> => {
  const path = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
  const said = await kubectl("get", "nodes", "-o", `jsonpath=${path}`);
  return said.split("\n").filter((one) => one === "True").length;
};
