import { adopt } from "./adopt.ts";
import { adoptKeyPair } from "./adopt-key-pair.ts";
import type { Authority } from "./authority.ts";
import {
  createIntermediate,
  createRoot,
  importIntermediate,
  requestIntermediate,
} from "./create-ca.ts";
import { crossSign } from "./cross-sign.ts";
import { enlist } from "./enlist.ts";
import { judgeAnswer, requestGeneration, takeAnswer } from "./external.ts";
import { createIssuers, generationOf } from "./issuers.ts";
import {
  answeredProbe,
  answerFor,
  judgeLeaf,
  leafRequests,
  requestLeaf,
  requestProbe,
  takeLeaf,
} from "./leaf-requests.ts";
import { explainOrder, issue, sign } from "./leaf.ts";
import { addGeneration, setStage } from "./generations.ts";
import type { AuthorityPorts } from "./ports.ts";
import { probe } from "./probe.ts";
import { reissue } from "./reissue.ts";
import { makeLists } from "./revocation-lists.ts";
import { revoke } from "./revocation.ts";

/** The authority over a store and its keys. Nothing is read before the first call. */
export const openAuthority = (ports: AuthorityPorts): Authority => {
  const issuers = createIssuers(ports);
  const { store, keystore } = ports;
  return {
    createRoot: (order) => createRoot(ports, issuers, order),
    createIntermediate: (order) => createIntermediate(ports, issuers, order),
    requestIntermediate: (order) => requestIntermediate(ports, issuers, order),
    importIntermediate: (name, certificates) =>
      importIntermediate(ports, issuers, name, certificates),
    adopt: (order) => adopt(ports, issuers, order),
    adoptKeyPair: (order) => adoptKeyPair(ports, issuers, order),
    addGeneration: (issuer, options) => addGeneration(ports, issuers, issuer, options?.number),
    requestGeneration: (issuer, number) => requestGeneration(ports, issuers, issuer, number),
    judgeAnswer: (answer) => judgeAnswer(ports, issuers, answer),
    takeAnswer: (answer) => takeAnswer(ports, issuers, answer),
    enlist: (order) => enlist(ports, issuers, order),
    requestLeaf: (order) => requestLeaf(ports, issuers, order),
    requestProbe: (order) => requestProbe(ports, issuers, order),
    leafRequests: (filter) => leafRequests(ports, filter),
    hasAnswer: async (order) => (await answerFor(ports, order)) !== undefined,
    hasProbe: async (order) => (await answeredProbe(ports, order)) !== undefined,
    judgeLeaf: (request, certificate) => judgeLeaf(ports, issuers, request, certificate),
    takeLeaf: (request, certificate) => takeLeaf(ports, issuers, request, certificate),
    crossSign: (issuer, number, by) => crossSign(ports, issuers, issuer, number, by),
    setStage: (issuer, number, stage) => setStage(ports, issuers, issuer, number, stage),
    issuers: () => issuers.all(),
    issuer: (name) => issuers.named(name),
    issue: (order) => issue(ports, issuers, order),
    sign: (order) => sign(ports, issuers, order),
    reissue: (order) => reissue(ports, issuers, order),
    probe: (order) => probe(ports, issuers, order),
    explain: (order) => explainOrder(ports, issuers, order),
    certificates: (filter) => store.certificates(filter),
    revoke: (certificate, reason) => revoke(ports, certificate, reason),
    crl: (issuer, options) => makeLists(ports, issuers, issuer, options),
    exportKey: async (name) => {
      const { keyId, number } = await issuers.signing(name);
      const key = await keystore.take(keyId);
      // In the log before it is out of our hands.
      await store.note(ports.clock.now(), "private-key-exported", {
        issuer: name,
        generation: number,
      });
      return key;
    },
    signer: async ({ issuer, generation: number, to }) => {
      const { certificate, keyId } = generationOf(await issuers.named(issuer), number);
      const key = await keystore.take(keyId);
      // In the log before it is out of our hands.
      await store.note(ports.clock.now(), "private-key-given", { issuer, generation: number, to });
      return { certificate, key };
    },
    audit: (options) => store.audit(options),
    verifyAudit: () => store.verifyAudit(),
    close: () => store.close(),
  };
};
