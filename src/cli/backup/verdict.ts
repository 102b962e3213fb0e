import type { ExitCode } from "../../core/errors/definition.ts";
import type { BackupVerification } from "../../core/model/backup.ts";
import type { Terminal } from "../terminal.ts";

/** Inconclusive where nobody could restore it. */
export const verdictCode = { restored: 0, readable: 3, damaged: 1 } as const satisfies Readonly<
  Record<BackupVerification["verdict"], ExitCode>
>;

/** Says what was shown, and what to do about what was not. */
export const sayVerdict = (
  terminal: Terminal,
  id: string,
  { verdict, why = "", etcd }: BackupVerification,
): ExitCode => {
  switch (verdict) {
    case "restored":
      terminal.write(
        etcd === undefined
          ? "every byte is as it was\n"
          : `every byte is as it was; the snapshot was restored with etcd ${etcd}: keys and hash are the cluster's\n`,
      );
      break;
    case "readable":
      terminal.write(`every byte is as it was; the snapshot was NOT restored: ${why}\n`);
      terminal.say(
        `hint: name an etcd of the cluster's version, with etcdutl or etcdctl beside it: certwright backup verify ${id} --etcd-bin PATH`,
      );
      break;
    case "damaged":
      terminal.write(`${terminal.style("red", "damaged")}: ${why}\n`);
      terminal.say("hint: do not rely on it; make a new one with: certwright backup create");
  }
  return verdictCode[verdict];
};
