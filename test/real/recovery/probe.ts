/**
 * `node probe.ts URL…` until its standard input ends: asks each URL ten times a second over a new connection, and says on
 * a line what came of it. Who answers with 200 is there; certificates are not looked at, for they are what changes.
 */
import { request as plain } from "node:http";
import { request as secure } from "node:https";
import { setTimeout as pause } from "node:timers/promises";

const urls = process.argv.slice(2);
const every = 100;
/** On one machine a millisecond; a busy one gets a thousand times that. */
const deadline = 2000;

const ask = (url: string): Promise<string | undefined> => {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const options = { agent: false, timeout: deadline, rejectUnauthorized: false };
  const asked = (url.startsWith("https:") ? secure : plain)(url, options, (response) => {
    response.resume();
    response.on("end", () =>
      resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode}`),
    );
    response.on("error", (error) => resolve(error.message));
  });
  asked.on("timeout", () => asked.destroy(new Error(`no answer in ${deadline} ms`)));
  asked.on("error", (error) => resolve(error.message || error.name));
  asked.end();
  return promise;
};

const state = { over: false };
process.stdin.on("end", () => (state.over = true)).resume();

const go = async (url: string): Promise<void> => {
  while (!state.over) {
    const at = Date.now();
    const why = await ask(url);
    process.stdout.write(`${JSON.stringify({ url, at, until: Date.now(), why })}\n`);
    await pause(Math.max(0, every - (Date.now() - at)));
  }
};
await Promise.all(urls.map(go));
