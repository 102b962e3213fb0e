import { join } from "node:path";
import type { Control, Wish } from "../../ports/control.ts";
import { replaceFile } from "../files/create.ts";
import { fileFailure } from "../files/errno.ts";
import { fileSystem, isMissing } from "../files/file-system.ts";
import { readOwnFile } from "../runs/own-file.ts";

// What people want of a run reaches it in two ways: `certwright pause` leaves a file in the run's folder, Ctrl-C aborts a signal.

const fileOf = (requests: string): string => join(requests, "pause.json");

export interface PauseRequest {
  readonly by: string;
  readonly why: string;
}

/** Asks the process that carries the run out to pause it. Throws file.*. */
export const askToPause = (requests: string, request: PauseRequest): void =>
  replaceFile(fileSystem, fileOf(requests), Buffer.from(`${JSON.stringify(request)}\n`));

/** A request that was met, or that was meant for a process that is gone. */
export const forgetPause = (requests: string): void => {
  try {
    fileSystem.unlink(fileOf(requests));
  } catch (error) {
    if (!isMissing(error)) throw fileFailure(fileSystem, fileOf(requests), "write", error);
  }
};

/** `interrupted` aborts on Ctrl-C, of whoever `by` is. */
export const runControl = (requests: string, interrupted: AbortSignal, by: string): Control => ({
  hurry: interrupted,
  wish: async (): Promise<Wish | undefined> => {
    if (interrupted.aborted) return { kind: "interrupt", by, why: "interrupted at the terminal" };
    const request = readOwnFile(fileOf(requests)) as Partial<PauseRequest> | undefined;
    if (request === undefined) return undefined;
    return { kind: "pause", by: request.by ?? "somebody", why: request.why ?? "asked to pause" };
  },
});
