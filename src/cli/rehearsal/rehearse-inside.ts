import { rmSync } from "node:fs";
import { join } from "node:path";
import type { ExitCode } from "../../core/errors/definition.ts";
import type { Estate, KubernetesCluster } from "../../core/model/estate.ts";
import type { Plan } from "../../core/model/plan.ts";
import { copiedEstate } from "../../core/rehearsal/copied-estate.ts";
import { openRotationPorts } from "../rotation/rotation-ports.ts";
import type { Terminal } from "../terminal.ts";
import { carryOut, type RehearsalChoice } from "./carry-out.ts";
import { openPlane } from "./open-plane.ts";
import { readOrder } from "./read-order.ts";

/** A lease of the original's has to run out (15 s), and programs that came too early are put off for 10 s. */
const settling = 120_000;

/** The rehearsal itself, in the namespaces of the copy. Its files are in `folder`. */
export const rehearseInside = async (
  terminal: Terminal,
  folder: string,
  order: { readonly plan: Plan; readonly estate: Estate; readonly cluster: KubernetesCluster },
  options: RehearsalChoice,
): Promise<ExitCode> => {
  const { plan, cluster } = order;
  const estate = copiedEstate(order.estate);
  terminal.leaving("the estate was not touched; the copy is removed");
  // Who made the folder removes it, but may have been killed: no copy of the data stays behind then, either.
  process.on("exit", () => {
    for (const name of ["snapshot.db", "data", "pki", "hosts"])
      rmSync(join(folder, name), { recursive: true, force: true });
  });
  const told = await readOrder(terminal);
  const { passphrase } = told;
  const choice = {
    dir: join(folder, "pki"),
    ...(passphrase === undefined
      ? {}
      : { passphrase: () => Promise.resolve(Uint8Array.from(Buffer.from(passphrase, "base64"))) }),
  };
  const own = openRotationPorts(terminal, choice);
  try {
    const done = terminal.progress("bringing up a copy of the control plane");
    const opened = await openPlane(folder, told, { estate, cluster, plan, ports: own }).finally(
      done,
    );
    return await carryOut(terminal, plan, options, {
      scratch: estate,
      ports: { ...own, ...opened.ports },
      choice,
      etcd: told.programs.etcd,
      versions: told.programs.versions,
      settling,
      left: opened.left,
      crashes: opened.crashes,
    });
  } finally {
    own.authority.close();
  }
};
