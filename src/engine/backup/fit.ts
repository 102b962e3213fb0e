import type { BackupIssuer, BackupManifest } from "../../core/model/backup.ts";
import type { Issuer } from "../authority/authority.ts";

/**
 * Why certificates of that time do not belong into the estate as it is, one line an issuer. A backup fits while the
 * same generations issue: before a rotation's switch, and after its rollback.
 */
export const generationsApart = (
  { issuers }: Pick<BackupManifest, "issuers">,
  now: readonly Issuer[],
): readonly string[] =>
  issuers.flatMap((then) => {
    const current = now.find(({ name }) => name === then.name);
    const before = issuingThen(then);
    const after = current === undefined ? [] : issuingNow(current);
    if (sameKeys(before, after)) return [];
    const [was, is] = [numbers(before), numbers(after)];
    const other = was === is ? " with another key" : "";
    return [`${then.name} was issued by generation ${was}, and is by generation ${is}${other}`];
  });

interface Issuing {
  readonly number: number;
  readonly key: string;
}

const issuingThen = ({ generations }: BackupIssuer): readonly Issuing[] =>
  generations.filter(({ stage }) => stage === "issuing");

const issuingNow = ({ generations }: Issuer): readonly Issuing[] =>
  generations
    .filter(({ stage }) => stage === "issuing")
    .map(({ number, keyId }) => ({ number, key: keyId }));

const sameKeys = (a: readonly Issuing[], b: readonly Issuing[]): boolean =>
  a.length === b.length && a.every(({ key }) => b.some((one) => one.key === key));

const numbers = (all: readonly Issuing[]): string =>
  all.length === 0 ? "none" : all.map(({ number }) => number).join(" and ");
