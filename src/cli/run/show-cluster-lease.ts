import { httpsKubernetes } from "../../adapters/kubernetes/https-kubernetes.ts";
import type { Stage } from "../../core/model/stage.ts";
import { spanWords } from "../../core/text/span.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { lookAtRunLease } from "../../engine/rotation/kubernetes/run-lease.ts";
import { columns, writeData } from "../output.ts";
import type { Terminal } from "../terminal.ts";

const deadline = 10_000;

/** What a generation's stage means to others. */
const stageWords: Readonly<Record<Stage, string>> = {
  staged: "made, signs nothing yet",
  trusted: "trusted, signs nothing yet",
  issuing: "signs",
  retiring: "trusted, signs nothing any more",
  retired: "done with",
};

/** Whose run the cluster says is open, to stdout. Throws kubernetes.*. */
export const showClusterLease = async (
  terminal: Terminal,
  kubeconfig: string,
  output: "text" | "json" | "yaml",
): Promise<void> => {
  const api = await httpsKubernetes.open({ kubeconfig, deadline });
  try {
    const lease = await lookAtRunLease(api);
    if (output !== "text") {
      await writeData(terminal, output, lease ?? {});
      return;
    }
    if (lease === undefined) {
      terminal.write("no run is open on this cluster\n");
      return;
    }
    const { run, goal, holder, since, renewedAt, state, phase, generations } = lease;
    terminal.write(
      `run ${run}: ${goal}\n  by ${holder}, since ${formatInstant(since)}\n  ${state}${phase === undefined ? "" : `, in the phase ${phase}`}; told ${spanWords(terminal.now() - renewedAt)} ago\n`,
    );
    terminal.write(
      columns(
        generations.map(({ issuer, number, stage }) => [
          `  ${issuer}`,
          `generation ${number}`,
          stageWords[stage],
        ]),
      ),
    );
  } finally {
    api.close();
  }
};
