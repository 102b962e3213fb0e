import type { ExternalCa, Protocol } from "../../model/plan.ts";
import { checkBundles } from "../checks/bundles.ts";
import { checkOlderData } from "../checks/older-data.ts";
import { checkConnections } from "../checks/connections.ts";
import { checkGround } from "../checks/check-ground.ts";
import { checkSharedSigners, checkSigningKeys, checkSilenced } from "../checks/signing-keys.ts";
import { alsoKeyOf, checkKeyFiles, checkTokenRights } from "../checks/key-pairs.ts";
import { checkIssuers } from "../checks/issuers.ts";
import { edgesOf } from "../phases/proofs.ts";
import { heal } from "../phases/heal.ts";
import { targetsOf, trustBoth } from "../work.ts";
import { chooseProtocol } from "./choose-protocol.ts";
import { asked, checkExternal, externalSpots } from "./external.ts";
import { refused, type Drafted } from "./drafted.ts";
import { groundOf, type Drawing } from "./drawing.ts";
import { phasesOf } from "./protocols.ts";

/** A new generation in the place of the current one, without a failing connection. */
export const draftRotation = (
  drawing: Drawing,
  wanted: {
    readonly issuers: readonly string[];
    readonly protocol?: Protocol;
    readonly external?: ExternalCa;
  },
): Drafted => {
  const { survey, now } = drawing;
  const issuers = [...new Set(wanted.issuers)];
  const unfit = checkIssuers(survey, issuers, now);
  if (unfit.length > 0) return refused(unfit);
  const names = new Set(issuers);
  const { external } = wanted;
  const ground = groundOf(
    drawing,
    names,
    survey.inventory.slots.filter(({ issuer }) => names.has(issuer)),
  );
  const findings = [
    ...checkGround(ground),
    ...checkBundles(survey, names),
    ...checkOlderData(survey, names),
    ...(external?.leaves === undefined
      ? [...checkSigningKeys(survey, names), ...checkSharedSigners(survey, names)]
      : checkSilenced(survey, names)),
    ...checkKeyFiles(survey, names),
    ...checkTokenRights(survey, names),
  ];
  if (findings.length > 0) return refused(findings);
  const healed = heal(ground);
  const broken = checkConnections(
    drawing.model,
    healed?.steps ?? [],
    new Set(ground.slots.map(({ id }) => id)),
  );
  if (broken.length > 0) return refused(broken);
  const targets = targetsOf(survey, issuers, external);
  const unsignable = external === undefined ? [] : checkExternal(survey, targets, external);
  if (unsignable.length > 0) return refused(unsignable);
  const choice = chooseProtocol({ ...ground, targets }, wanted.protocol);
  if (!choice.ok) return choice;
  const { protocol } = choice;
  const parted = alsoKeyOf(survey, names);
  const reason =
    parted.length === 0
      ? choice.reason
      : `${choice.reason}; the key that signs tokens is that of the certificate of ${parted.join(" and ")}, too, which keeps it: tokens get one of their own`;
  const blind =
    external === undefined ? ground.blind : [...ground.blind, ...externalSpots(targets, external)];
  const phases = phasesOf({
    ...ground,
    blind,
    targets,
    protocol,
    both: trustBoth(ground, protocol),
    edges: edgesOf(survey, names),
  });
  return {
    ok: true,
    goal: { kind: "rotate", issuers, protocol, ...(external === undefined ? {} : { external }) },
    reason,
    phases: external === undefined ? phases : asked(phases, targets, external),
    blind,
  };
};
