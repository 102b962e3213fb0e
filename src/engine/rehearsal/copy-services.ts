import { failure } from "../../core/errors/certwright-error.ts";
import type { EstateNode } from "../../core/model/estate.ts";
import type { CopiedFile, CopiedService } from "../../core/rehearsal/copied-file.ts";
import { copiedPrograms, flagsOf, memberVariables } from "../../core/rehearsal/copy-flags.ts";
import type { NodeSession } from "../../ports/node.ts";
import type { Layout } from "../rotation/layout.ts";
import { processOf } from "../rotation/process.ts";
import { namedFiles } from "./read-files.ts";

/** A `grep` of a few lines that the kernel makes. */
const deadline = 10_000;

/** What a machine starts itself of a control plane, as its processes say, and the files that they name. */
export interface CopiedServices {
  readonly services: readonly CopiedService[];
  readonly files: readonly CopiedFile[];
}

/** Reads only. What is named and not there is told in `left`. Throws node.*, rehearsal.not-running. */
export const copyServices = async (
  session: NodeSession,
  layout: Layout,
  node: EstateNode,
  left: string[],
): Promise<CopiedServices> => {
  const services: CopiedService[] = [];
  const files: CopiedFile[] = [];
  for (const consumer of layout.consumers.values()) {
    const { service } = consumer;
    const program = copiedPrograms.find((one) => one === consumer.program);
    if (program === undefined || consumer.node?.name !== node.name) continue;
    if (service.kind === "static-pod" || service.kind === "rollout") continue;
    const process = await processOf(session, layout.etcd, consumer);
    if (process === undefined)
      throw failure("rehearsal.not-running", { node: session.name, program });
    const words = process.command.slice(1);
    const environment = program === "etcd" ? await variablesOf(session, process.pid) : {};
    const named = [...words, ...flagsOf(environment)];
    services.push({ program, service, words, environment });
    files.push(...(await namedFiles(session, program, named, left)));
  }
  return { services, files };
};

/** A member's settings, and nothing else of its environment. */
const variablesOf = async (
  session: NodeSession,
  pid: number,
): Promise<Readonly<Record<string, string>>> => {
  const words = ["grep", "-azE", "^ETCD_", `/proc/${pid}/environ`];
  const { stdout } = await session.run(words, { deadline });
  return memberVariables(stdout.split("\0"));
};
