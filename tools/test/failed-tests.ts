/**
 * A reporter of `node --test` that keeps what failed only: a log of thousands of lines is read from its end, and there it
 * has to stand.
 */
import { relative } from "node:path";
import { inspect } from "node:util";
import type { TestEvent } from "node:test/reporters";

/** Of one failure; the rest stands above, where the test ran. */
const longest = 6000;

/** A file or a suite that failed for its tests says nothing of its own. */
const ofItsOwn = "testCodeFailure";

export default async function* failedTests(
  events: AsyncIterable<TestEvent>,
): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type !== "test:fail") continue;
    const { name, file, line, details } = event.data;
    const { cause, failureType } = details.error as Error & { failureType?: string };
    if (failureType === "subtestsFailed") continue;
    const where = file === undefined ? "" : ` (${relative(process.cwd(), file)}:${line ?? 1})`;
    const why = failureType === ofItsOwn ? inspect(cause) : inspect(details.error);
    yield `\n✖ ${name}${where}\n${why.slice(0, longest)}\n`;
  }
}
