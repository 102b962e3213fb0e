import { hostname, userInfo } from "node:os";
import { runLimits, type RunLimits } from "../../core/run/limits.ts";
import { etcdBinOption } from "../backup/backup-ports.ts";
import type { OptionDefinition } from "../command.ts";
import { outputOption } from "../output.ts";
import { pkiOptions } from "../pki/open-pki.ts";
import { duration, integer } from "../values.ts";

/** Options of every command that carries a run out. */
export const runOptions = {
  ...pkiOptions,
  approve: {
    flag: "--approve <step>",
    description: 'say yes to a step that waits for it, by its name; "all" for every one',
    repeat: true,
  },
  acceptBlind: {
    flag: "--accept-blind <id>",
    description: "take on what could not be seen, by its name in the plan",
    repeat: true,
  },
  acceptUnrestoredBackup: {
    flag: "--accept-unrestored-backup",
    description: "begin although no etcd is here to try the backup with",
  },
  etcdBin: etcdBinOption,
  wait: {
    flag: "--wait <duration>",
    description: "how long to go on trying what cannot be done at the moment",
    default: "10m",
    parse: duration,
  },
  parallel: {
    flag: "--parallel <n>",
    description:
      "how many kubelets may be restarted at once, of those that the plan lets be away together",
    default: String(runLimits.takenAway),
    parse: integer(1, 1000),
  },
  output: outputOption("json"),
} as const satisfies Readonly<Record<string, OptionDefinition>>;

export const estateOfRun = {
  flag: "-e, --estate <file>",
  description: "what there is and should be (default: the file that the run began with)",
} as const satisfies OptionDefinition;

export const yesOption = {
  flag: "-y, --yes",
  description: "do it without being asked",
} as const satisfies OptionDefinition;

export const runArgument = {
  description: "the run, by its name or the start of it (default: the newest)",
  optional: true,
} as const;

export interface RunChoice {
  readonly dir?: string | undefined;
  readonly passphraseFile?: string | undefined;
  readonly passphraseFd?: number | undefined;
  readonly approve: readonly string[];
  readonly acceptBlind: readonly string[];
  readonly acceptUnrestoredBackup: boolean;
  readonly etcdBin?: string | undefined;
  readonly wait: number;
  readonly parallel?: number | undefined;
  readonly output: "text" | "json";
}

export const limitsOf = ({
  wait,
  parallel = runLimits.takenAway,
}: Pick<RunChoice, "wait" | "parallel">): RunLimits => ({
  ...runLimits,
  patience: wait,
  takenAway: parallel,
});

/** "alice@bastion", for journals and reports. */
export const whoAmI = (): string => {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A user number without an entry in the system's accounts.
    return `uid ${process.getuid?.() ?? "unknown"}@${hostname()}`;
  }
};
