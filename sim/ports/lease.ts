import { failure } from "../../src/core/errors/certwright-error.ts";
import type { HeldLease, Lease } from "../../src/ports/lease.ts";
import { type EngineProcess, type Simulation, countCall, delay, deliver } from "../simulation.ts";

/** The estate's lock, where a crashed holder's is free at once and a frozen holder's can be broken by a person. */
export interface LeaseFile {
  epoch: number;
  holder: EngineProcess | undefined;
}

/** `careless`: a mutant's, that never finds it held and never loses it. */
export const createLease = (
  simulation: Simulation,
  process: EngineProcess,
  file: LeaseFile,
  careless: boolean,
): Lease => ({
  acquire: () => {
    countCall(simulation);
    return new Promise((resolve, reject) => {
      deliver(simulation, process, delay(simulation), () => {
        if (file.holder?.alive === true && file.holder !== process && !careless) {
          reject(
            failure("lease.held", {
              holder: file.holder.name,
              since: new Date(simulation.estate.clock.now()).toISOString(),
              run: simulation.run,
            }),
          );
          return;
        }
        if (!careless || file.epoch === 0) file.epoch++;
        file.holder = process;
        simulation.history.record(process.name, "lease", `epoch ${file.epoch}`);
        resolve(held(simulation, process, file, careless));
      });
    });
  },
});

const held = (
  simulation: Simulation,
  process: EngineProcess,
  file: LeaseFile,
  careless: boolean,
): HeldLease => ({
  epoch: file.epoch,
  isHeld: () =>
    new Promise((resolve) => {
      const still = careless || file.holder === process;
      deliver(simulation, process, 1, () => resolve(still));
    }),
  release: () =>
    new Promise((resolve) => {
      deliver(simulation, process, 1, () => {
        if (file.holder === process) file.holder = undefined;
        resolve();
      });
    }),
});
