import type { EstateNode } from "../../core/model/estate.ts";
import type { Situation } from "../../core/recovery/cases.ts";
import type { FileFault } from "../../core/recovery/judge.ts";
import { treeCas } from "../../core/recovery/tree.ts";
import { readCas, type CaPlaces } from "../pki/adopt-files.ts";
import { withPki, type PkiChoice } from "../pki/open-pki.ts";
import type { Terminal } from "../terminal.ts";
import { issuerOfCa } from "./kept-cas.ts";

/** What does not keep a pair from being taken over: an expired CA is given a new certificate. */
const usable: ReadonlySet<FileFault> = new Set(["wrong-mode", "expired", "ending"]);

/** Takes CAs and the tokens' key pair over from nodes that have them, as certwright ca adopt does. Throws authority.adopt-*. */
export const adoptCas = async (
  terminal: Terminal,
  { cas, facts, files }: Situation,
  nodes: readonly EstateNode[],
  choice: PkiChoice,
): Promise<void> => {
  const { directory } = facts;
  // Both halves of a pair: of one that is another cluster's only the certificate shows it.
  const nodeWith = (...paths: readonly string[]): EstateNode | undefined =>
    nodes.find(({ name }) =>
      paths.every((path) =>
        files.some(
          ({ node, file, faults }) =>
            node === name && file.path === path && faults.every((fault) => usable.has(fault)),
        ),
      ),
    );
  const places = [...treeCas, "sa" as const].flatMap((ca): readonly CaPlaces[] => {
    const key = ca === "sa" ? "pki/sa.key" : `pki/${ca}.key`;
    const node = ca === "sa" ? nodeWith(key) : nodeWith(key, `pki/${ca}.crt`);
    if (node === undefined || (ca !== "sa" && cas[ca].key !== "on-node")) return [];
    const name = issuerOfCa[ca];
    const path = `${directory}/${key}`;
    if (ca === "sa") return [{ node, cas: [], keyPairs: [{ name, key: path }] }];
    const certificate = `${directory}/pki/${ca}.crt`;
    return [{ node, cas: [{ name, certificate, key: path }], keyPairs: [] }];
  });
  const orders = await Promise.all(places.map((one) => readCas(terminal, one)));
  await withPki(terminal, choice, "create", async (authority) => {
    for (const { cas: roots, keyPairs } of orders) {
      for (const order of roots) await authority.adopt({ ...order, renewExpired: true });
      for (const order of keyPairs) await authority.adoptKeyPair(order);
    }
  });
};
