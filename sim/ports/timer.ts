import type { Timer } from "../../src/ports/timer.ts";
import { type EngineProcess, type Simulation, deliver } from "../simulation.ts";

export const createTimer = (simulation: Simulation, process: EngineProcess): Timer => ({
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      let slept = false;
      const wake = (): void => {
        if (slept) return;
        slept = true;
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      if (signal?.aborted === true) {
        wake();
        return;
      }
      signal?.addEventListener("abort", wake, { once: true });
      deliver(simulation, process, milliseconds, () => wake());
    }),
});
