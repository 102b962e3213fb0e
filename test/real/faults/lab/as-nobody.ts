import { execFileSync } from "node:child_process";

/**
 * The command that runs a program which refuses to be root: as whoever we are, or, when that is root, in a user namespace
 * in which we are nobody. Files that root owns are that user's there.
 */
export const asNobody = (
  program: string,
  args: readonly string[],
): readonly [program: string, args: readonly string[]] =>
  process.getuid?.() === 0
    ? ["unshare", ["--user", "--map-user=65534", "--map-group=65534", program, ...args]]
    : [program, args];

/** Containers often forbid user namespaces; whoever is not root needs none. */
export const canBeNobody = (): boolean => {
  const [program, args] = asNobody("true", []);
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};
