import { shellWord } from "../../../core/text/shell-word.ts";
import type { NodeAccess } from "../../../core/model/estate.ts";

export type SshAccess = Extract<NodeAccess, { readonly kind: "ssh" }>;

/** Seconds for TCP and the key exchange; sshd's own LoginGraceTime is 120, a healthy machine needs less than one. */
const connectSeconds = 10;
/** A machine that says nothing for 3 times 5 s is gone: whatever was awaited then ends with an error. */
const aliveSeconds = 5;
const aliveCount = 3;

/** Which machine, as the operator's own `ssh` would be told. */
const whither = ({ configuration, port, user }: SshAccess): readonly string[] => [
  ...(configuration === undefined ? [] : ["-F", configuration]),
  ...(port === undefined ? [] : ["-p", String(port)]),
  ...(user === undefined ? [] : ["-l", user]),
];

/** What a person types to try the same by hand. */
export const byHand = (access: SshAccess): string =>
  ["ssh", ...whither(access), access.destination].map(shellWord).join(" ");

/**
 * ssh's words up to the destination. The operator's configuration holds for everything but what would ask a question,
 * accept a machine that is not known, print or start something else than was asked, or hide why it failed.
 */
export const sshWords = (
  access: SshAccess,
  multiplexing: readonly string[],
  logLevel: "ERROR" | "INFO" | "DEBUG1",
): readonly string[] => [
  ...whither(access),
  "-T",
  ...[
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    `ConnectTimeout=${connectSeconds}`,
    `ServerAliveInterval=${aliveSeconds}`,
    `ServerAliveCountMax=${aliveCount}`,
    `LogLevel=${logLevel}`,
    "ClearAllForwardings=yes",
    "ForwardAgent=no",
    "ForwardX11=no",
    "PermitLocalCommand=no",
    "RemoteCommand=none",
    "EscapeChar=none",
    "ControlPersist=no",
    ...multiplexing,
  ].flatMap((option) => ["-o", option]),
];
