import { setTimeout as later } from "node:timers/promises";
import type { Printing } from "../../../tls/servers.ts";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";

/** Longest time a server on this machine takes to refuse; a Java program on a busy one takes some seconds. */
const deadline = 20_000;

/** Connects with that certificate and waits until the server ends the connection, so that its log has the line. */
export const refusedOnce = (
  port: number,
  { cert, key }: { readonly cert: string; readonly key: string },
  ca: string,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      host: "127.0.0.1",
      port,
      cert: readFileSync(cert),
      key: readFileSync(key),
      ca: readFileSync(ca),
    });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the server at port ${port} did not refuse within ${deadline} ms`));
    }, deadline);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.resume();
  });

/** Waits until a program has printed that; its log comes a moment after the connection ended. */
export const saidBy = async (program: Printing, words: RegExp): Promise<void> => {
  const until = performance.now() + deadline;
  while (!words.test(program.said())) {
    if (performance.now() > until)
      throw new Error(`not said within ${deadline} ms: ${program.said()}`);
    await later(20);
  }
};
