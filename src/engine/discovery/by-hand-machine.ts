import { isInPod, serviceOf, unitIn, type FoundUnit } from "../../core/discovery/by-hand.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import { readPem } from "../../core/x509/pem.ts";
import type { NodeSession, ProcessFacts } from "../../ports/node.ts";
import { ownProcess } from "../rotation/process.ts";
import type { DiscoveryContext } from "./context.ts";
import { parseAt } from "./look-at-node.ts";

/** A process with the unit that it belongs to. */
export interface WholeProcess extends ProcessFacts {
  /** Absent: systemd knows none. */
  readonly unit?: string;
}

/** `cat` of a few lines that the kernel makes. */
const deadline = 10_000;

/** The program as its machine runs it. Throws discovery.no-process, node.*. */
export const wholeProcess = async (
  session: NodeSession,
  program: string,
): Promise<WholeProcess> => {
  const process = await ownProcess(session, program);
  if (process === undefined)
    throw failure("discovery.no-process", { node: session.name, program, pod: false });
  const { stdout } = await session.run(["cat", `/proc/${process.pid}/cgroup`], { deadline });
  if (isInPod(stdout))
    throw failure("discovery.no-process", { node: session.name, program, pod: true });
  const unit = unitIn(stdout, program);
  return { ...process, ...(unit === undefined ? {} : { unit }) };
};

/** How it is restarted: its unit, or as the operator says. Throws discovery.no-unit. */
export const serviceFor = (
  { serviceCommand }: DiscoveryContext,
  node: string,
  program: string,
  unit: string | undefined,
): FoundUnit => {
  if (unit !== undefined) return { kind: "systemd", unit };
  if (serviceCommand === undefined) throw failure("discovery.no-unit", { node, program });
  return serviceOf(serviceCommand, program);
};

/** The certificates of a file. Throws discovery.no-ca, node.*. */
export const readBundle = async (
  { tools: { digests } }: DiscoveryContext,
  session: NodeSession,
  path: string,
): Promise<readonly Certificate[]> => {
  const file = await session.read(path);
  const blocks =
    file === undefined
      ? []
      : readPem(file.bytes, "certificate").blocks.filter(({ label }) => label === "CERTIFICATE");
  if (blocks.length === 0)
    throw failure("discovery.no-ca", { node: session.name, path, why: "there is no certificate" });
  return blocks.map(({ der }) => parseAt(der, session.name, path, digests));
};
