import type { Slot } from "../../model/inventory.ts";
import type { PlanFinding } from "../finding.ts";
import { isKeyPair } from "../key-pairs.ts";
import type { Survey } from "../survey.ts";

/**
 * By-hand clusters often sign tokens with the key of a TLS certificate (kops#2256). As one file, neither can be changed
 * without the other: the new key would stand beside a certificate that is not its own.
 */
export const checkKeyFiles = (
  survey: Survey,
  issuers: ReadonlySet<string>,
): readonly PlanFinding[] =>
  keysOf(survey, issuers).flatMap((slot) => {
    const { node, path } = slot.place;
    const readers = survey.inventory.slots.filter(
      (other) => !isKeyPair(other) && other.place.node === node && other.place.key === path,
    );
    if (readers.length === 0) return [];
    return [
      {
        rule: "key-shared",
        subject: slot.id,
        text: `${slot.consumer} signs tokens with ${path}, which is the key of a certificate, too`,
        evidence: readers.map(({ id, place }) => `${place.path}: ${id}`),
        cure: `give tokens a file of their own on every master, with the same key: cp -p ${path} sa.key; have the flags --service-account-signing-key-file and --service-account-private-key-file name it and restart; then rotate it`,
      },
    ];
  });

/** Whether the API lets us see and prove that a key pair was changed: found out halfway, it would stop the run there. */
export const checkTokenRights = (
  { inventory: { tokens = [] } }: Survey,
  issuers: ReadonlySet<string>,
): readonly PlanFinding[] =>
  tokens.flatMap(({ issuer, forbidden }) =>
    forbidden === undefined || !issuers.has(issuer)
      ? []
      : [
          {
            rule: "tokens-forbidden",
            subject: issuer,
            text: `user "${forbidden.user}" may not do all that changing ${issuer} takes`,
            evidence: forbidden.missing,
            cure: `let an administrator apply this:\n\nkubectl apply -f - <<'END'\n${forbidden.manifest}END`,
          },
        ],
  );

/** Slots whose certificate has the key that signs tokens, in a file of its own: a rotation of that key parts the two. */
export const alsoKeyOf = (survey: Survey, issuers: ReadonlySet<string>): readonly string[] => {
  const keys = new Set<string>(
    keysOf(survey, issuers).flatMap(({ holds }) => holds?.certificates ?? []),
  );
  return survey.inventory.slots
    .filter((slot) => slot.role === "presents" && keys.has(keyOfLeaf(survey, slot) ?? ""))
    .map(({ id }) => id);
};

const keysOf = ({ inventory }: Survey, issuers: ReadonlySet<string>): readonly Slot[] =>
  inventory.slots.filter(
    ({ issuer, place }) => issuers.has(issuer) && place.form?.kind === "private-key",
  );

const keyOfLeaf = ({ certificates }: Survey, { holds }: Slot): string | undefined => {
  const [leaf] = holds?.certificates ?? [];
  return leaf === undefined ? undefined : certificates.get(leaf)?.key;
};
