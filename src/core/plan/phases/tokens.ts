import type { ConsumerId } from "../../model/inventory.ts";
import type { Step, StepId } from "../../model/plan.ts";
import { some } from "../../text/some.ts";
import type { Survey } from "../survey.ts";
import type { Work } from "../work.ts";
import { expected, lastOf, step } from "./step.ts";

// A token lives on after the key that signed it has been replaced: in a Secret for good (nobody renews those), in a pod
// until its kubelet renews it, in a program's memory until that reads the file again, or for up to a year
// (--service-account-extend-token-expiration). Nobody can see all of them.

/**
 * Before API servers forget the old key of an issuer of tokens: that no Secret holds a token of it is proved, that no
 * pod and no program does is an operator's word. No steps where only CAs are rotated.
 */
export const forgetOldTokens = (
  work: Pick<Work, "targets" | "survey" | "slots" | "protocol">,
  needs: readonly StepId[],
): readonly Step[] =>
  [...work.targets.values()]
    .filter(({ keyPair }) => keyPair)
    .flatMap(({ issuer, current }) =>
      tokensGone("drop", issuer, current.number, needs, {
        secrets: secretsNow(work.survey, issuer),
        // By cross-signing nobody is replaced before the drop.
        replaced: work.protocol === "bundle" ? replacedBefore(work) : [],
      }),
    );

/** Whose pods the plan has replaced for a CA's sake before the new key signs: they have a token of the old one again. */
const replacedBefore = ({
  slots,
  survey,
}: Pick<Work, "survey" | "slots">): readonly ConsumerId[] => [
  ...new Set(
    slots
      .map(({ consumer }) => consumer)
      .filter((id) => survey.consumers.get(id)?.service === "rollout"),
  ),
];

/** Those with tokens of the generation that signs now. */
const secretsNow = ({ inventory: { tokens = [] } }: Survey, issuer: string): readonly string[] =>
  tokens.find((one) => one.issuer === issuer)?.secrets ?? [];

/** The same for the new key, when it is taken back: between the switch and its rollback it has signed tokens, too. */
export const forgetNewTokens = ({ targets }: Pick<Work, "targets">): readonly Step[] =>
  [...targets.values()]
    .filter(({ keyPair }) => keyPair)
    .flatMap(({ issuer, next }) => tokensGone("undo.trust", issuer, next, []));

/** Who will have a token of the key, as far as a plan can tell. */
export interface KnownHolders {
  /** Hold one today. */
  readonly secrets: readonly string[];
  /** Will have been given one by the plan itself. */
  readonly replaced: readonly ConsumerId[];
}

/** Proof and word for one key: "drop.tokens.ISSUER" and "drop.renewed.ISSUER". */
export const tokensGone = (
  prefix: string,
  issuer: string,
  generation: number,
  needs: readonly StepId[],
  { secrets: known, replaced }: KnownHolders = { secrets: [], replaced: [] },
): readonly Step[] => {
  const again =
    replaced.length === 0
      ? ""
      : `; the pods that this plan replaces in trust (${some(replaced)}) are made before the new key signs, so that they count as others do`;
  const secrets = step({
    id: `${prefix}.tokens.${issuer}`,
    title: `See that no Secret holds a token that generation ${generation} of ${issuer} signed`,
    needs,
    proves: [{ kind: "tokens", issuer, generation }],
    expected: expected.prove,
    risk: `nobody renews the token in a Secret: while one is there the run stops here, and names it with what to do${known.length === 0 ? "" : `; ${known.length === 1 ? "there is one today" : `there are ${known.length} today`}: ${some(known)}`}`,
  });
  const pods = step({
    id: `${prefix}.renewed.${issuer}`,
    title: `Have every token that generation ${generation} of ${issuer} signed renewed in pods and programs, then approve this step`,
    needs: lastOf([secrets]),
    proves: [],
    approval: true,
    expected: expected.person,
    risk: `kubelets renew a pod's token when 80 % of its life or 24 h have passed, and a pod that is replaced has a new one; a program that holds an old one is turned away (HTTP 401) by what follows${again}. At once where that generation has never signed`,
  });
  return [secrets, pods];
};
