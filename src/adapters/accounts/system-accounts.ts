import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Accounts } from "../../ports/accounts.ts";

/** Name services over the network answer in milliseconds; nss_ldap gives up after 30 s, which is no time to wait. */
const deadline = 5000;

const run = promisify(execFile);

const numberFrom = async (
  program: string,
  words: readonly string[],
): Promise<number | undefined> => {
  try {
    const { stdout } = await run(program, words, { timeout: deadline, encoding: "utf8" });
    // `id -u NAME` prints a number; `getent group NAME` prints name:password:number:members.
    const text = stdout.includes(":") ? stdout.split(":")[2]! : stdout;
    return /^\d+\s*$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
};

/** Asks the system's name services, so that accounts of LDAP and the like count too. */
export const systemAccounts: Accounts = {
  async find(user, group) {
    const uid = await numberFrom("id", ["-u", "--", user]);
    const gid =
      group === undefined
        ? await numberFrom("id", ["-g", "--", user])
        : await numberFrom("getent", ["group", "--", group]);
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  },
};
