import { isHome } from "../../src/core/plan/signers.ts";
import { isAccepted } from "../estate/certificate.ts";
import { kubeadmPair, signingPair } from "../estate/signing.ts";
import type { SimulatedSlot } from "../estate/state.ts";
import { clockOf } from "../estate/verify-edge.ts";
import { type Simulation, violate } from "../simulation.ts";

/**
 * Who signs for a cluster can do so at any moment, and what it signs is let in: a controller-manager refuses a bundle and
 * a key that is not its certificate's, kubeadm takes the first certificate of a bundle. Asked at every change.
 */
export const createSignerCheck = (simulation: Simulation): ((why: string) => void) => {
  const { estate } = simulation;
  const managers = [...estate.consumers.values()].filter(({ flags }) => flags !== undefined);
  const servers = [...estate.slots.values()].filter(({ facts }) =>
    facts.id.endsWith("/kube-apiserver/client-trust"),
  );
  const homes = [...estate.slots.values()].filter(({ facts }) => isHome(facts));
  if (managers.length === 0) return () => undefined;
  const isTouched = (node: string | undefined): boolean =>
    [...estate.slots.values()].some((slot) => slot.facts.place.node === node && isByHand(slot));
  /** A person's certificate in the bundle keeps one from signing before certwright comes: that is not ours. */
  const able = new Set<string>();
  return (why) => {
    for (const manager of managers) {
      const pair = signingPair(estate, manager);
      if (manager.state !== "up" || pair === undefined || isTouched(manager.node)) continue;
      if (pair.good) able.add(manager.id);
      else if (able.has(manager.id)) {
        const held = pair.certificates.map(({ generation }) => generation).join(" + ");
        violate(simulation, "signer-alone", `${manager.id} cannot sign with ${held} (${why})`);
      }
      if (!pair.good) continue;
      const [ca] = pair.certificates;
      if (estate.groups.get(manager.group!)!.leader !== manager.id || ca === undefined) continue;
      for (const { facts, memory } of servers) {
        const server = estate.consumers.get(facts.consumer)!;
        const leaf = { ...ca, ca: false, signedBy: ca.key };
        if (server.state !== "up" || isTouched(server.node)) continue;
        if (isAccepted([leaf], memory.certificates, clockOf(estate, server.node))) continue;
        violate(
          simulation,
          "signer-trusted",
          `${facts.id} does not let in what ${manager.id} signs with ${ca.generation} (${why})`,
        );
      }
    }
    for (const { facts } of homes) {
      const { good } = kubeadmPair(estate, facts.id);
      if (good || isTouched(facts.place.node)) continue;
      const bundle = [...estate.slots.values()].find(
        (slot) =>
          slot.facts.role === "trusts" &&
          slot.facts.place.node === facts.place.node &&
          slot.facts.place.path === facts.place.path,
      );
      // The key follows the certificate when that is the only one, and when a rollback has brought both back.
      const ours = bundle?.disk.certificates.filter(({ issuer }) => issuer === facts.issuer) ?? [];
      if (ours.length < 2 || simulation.view.back) continue;
      violate(simulation, "kubeadm-first", `${facts.id} is not the first certificate's (${why})`);
    }
  };
};

const isByHand = ({ edited, takenBack }: SimulatedSlot): boolean =>
  edited !== undefined || takenBack !== undefined;
