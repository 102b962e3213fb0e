import { failure } from "../../core/errors/certwright-error.ts";
import { FILE_SIZE_LIMIT } from "../files/read.ts";

/**
 * All of standard input, at most what is read of a file. A person at a terminal may take their time;
 * a pipe that goes silent for `silence` milliseconds without ending is given up.
 */
export const readStdin = async (
  stdin: NodeJS.ReadStream,
  silence: number,
  signal: AbortSignal,
): Promise<Uint8Array> => {
  const chunks: Buffer[] = [];
  let size = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  const rearm = () => {
    clearTimeout(timer);
    if (stdin.isTTY) return;
    timer = setTimeout(() => {
      reject(failure("source.input-deadline", { milliseconds: silence }));
    }, silence);
  };
  stdin.on("data", (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size > FILE_SIZE_LIMIT) {
      reject(failure("source.input-too-big", { limit: FILE_SIZE_LIMIT }));
    }
    rearm();
  });
  stdin.once("end", resolve);
  stdin.once("error", reject);
  signal.addEventListener("abort", () => resolve());
  rearm();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    stdin.destroy();
  }
  if (size === 0) throw failure("source.empty-input", {});
  return Buffer.concat(chunks);
};
