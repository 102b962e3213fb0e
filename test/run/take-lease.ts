/** Takes the lease of the folder given, says its epoch or the error, and lives until standard input ends. */
import { fileLease } from "../../src/adapters/lease/file-lease.ts";
import { CertwrightError } from "../../src/core/errors/certwright-error.ts";

try {
  const held = await fileLease(process.argv[2]!, () => Date.now()).acquire("child", "child");
  process.stdout.write(`${held.epoch}\n`);
} catch (error) {
  if (!(error instanceof CertwrightError)) throw error;
  process.stdout.write(`${error.code}: ${error.message}\n`);
}
process.stdin.resume();
