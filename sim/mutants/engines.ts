import type { Claim, Proof } from "../../src/core/model/claim.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { World } from "../../src/ports/world.ts";
import type { Mutant } from "../mutant.ts";

/** A journal that says "durable" of an intent before it is: the effect is on its way first. */
const lateIntents = (journal: Journal): Journal => {
  let pending: Promise<void> = Promise.resolve();
  return {
    read: () => journal.read(),
    append: (entry) => {
      const written = pending.then(() => journal.append(entry));
      pending = written.catch(() => undefined);
      if (entry.event.kind !== "step.intended") return written;
      written.catch(() => undefined);
      return Promise.resolve();
    },
  };
};

/** Eyes that change what they see. */
const seeing = (world: World, change: (proof: Proof) => Proof): World => ({
  perform: (effect, attempt) => world.perform(effect, attempt),
  observe: async (claims) => {
    const proofs = await world.observe(claims);
    return proofs.map(change);
  },
});

const pretend = (proof: Proof, kinds: readonly Claim["kind"][]): Proof =>
  kinds.includes(proof.claim.kind) ? { ...proof, verdict: "holds" } : proof;

/** Engines that forgot something, as their ports show it. */
export const wrongEngines: readonly Mutant[] = [
  {
    name: "new-ca-on-resume",
    fault: "makes a new CA whenever it comes to that step",
    rules: { createsAgain: true },
    // What an earlier process made is forgotten, as where a rotation keeps its new CA in memory.
    eyes: (world) => {
      const made = new Set<string>();
      return {
        perform: (effect, attempt) => {
          if (effect.kind === "generation.create") made.add(effect.issuer);
          return world.perform(effect, attempt);
        },
        observe: async (claims) => {
          const proofs = await world.observe(claims);
          return proofs.map((proof) => {
            const { claim } = proof;
            return claim.kind === "generation" &&
              claim.stage === "staged" &&
              !made.has(claim.issuer)
              ? Object.assign({}, proof, { verdict: "fails" })
              : proof;
          });
        },
      };
    },
  },
  {
    name: "intent-after-effect",
    fault: "writes what it is about to do while it is doing it",
    journal: lateIntents,
  },
  {
    name: "never-looks-first",
    fault: "does a step again after a crash without looking whether it was done",
    eyes: (world) => {
      // Kinds that only a step's own proofs have.
      const own: ReadonlySet<Claim["kind"]> = new Set(["restarted", "generation", "backup"]);
      const asked = new Set<readonly Claim[]>();
      const believed = new Set<readonly Claim[]>();
      return {
        perform: (effect, attempt) => {
          for (const claims of asked) believed.add(claims);
          return world.perform(effect, attempt);
        },
        observe: async (claims) => {
          const proofs = await world.observe(claims);
          asked.add(claims);
          return believed.has(claims)
            ? proofs
            : proofs.map((proof) =>
                own.has(proof.claim.kind) ? Object.assign({}, proof, { verdict: "fails" }) : proof,
              );
        },
      };
    },
  },
  {
    name: "lease-not-checked",
    fault: "takes the lock without asking, and keeps it whoever else has it",
    carelessLease: true,
    rules: { ignoresEpochs: true },
  },
  {
    name: "acts-when-overtaken",
    fault: "asks once whether the lock is its own, and never again",
    lease: (lease) => ({ ...lease, isHeld: () => Promise.resolve(true) }),
    rules: { ignoresEpochs: true },
  },
  {
    name: "drift-ignored",
    fault: "goes on over files that somebody else has changed",
    rules: { overwrites: true },
    eyes: (world) => seeing(world, (proof) => pretend(proof, ["holds"])),
  },
  {
    name: "unknowable-is-fine",
    fault: "takes what it cannot see for what it hopes",
    eyes: (world) =>
      seeing(world, (proof) =>
        proof.verdict === "unknowable" ? { ...proof, verdict: "holds" } : proof,
      ),
  },
  {
    name: "unknown-is-done",
    fault: "takes an effect without an answer for done, and what it shows for shown",
    eyes: (world) => ({
      observe: async (claims) => {
        const proofs = await world.observe(claims);
        return proofs.map((proof) => pretend(proof, ["accepts", "refuses", "restarted"]));
      },
      perform: async (effect, attempt) => {
        const performed = await world.perform(effect, attempt);
        return performed.kind === "unknown" ? { kind: "done" } : performed;
      },
    }),
  },
  {
    name: "stale-plan",
    fault: "carries out a plan that was made for another state of the estate",
    acceptsStalePlans: true,
  },
];
