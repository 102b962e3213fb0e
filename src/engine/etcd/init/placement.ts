import type { EtcdMember } from "../../../core/model/estate.ts";
import type { Account } from "../../../ports/accounts.ts";

/** Where the files of members are written: below one folder a node, to be copied there, or at their places on this machine. */
export type Placement =
  | { readonly kind: "tree"; readonly folder: string }
  | {
      readonly kind: "in-place";
      /** To whom keys belong. */
      readonly owner: Account;
    };

/** Where the file that belongs at `path` on the member is written and read on this machine. */
export const placeOf = (placement: Placement, member: EtcdMember, path: string): string =>
  placement.kind === "tree" ? `${placement.folder}/${member.node.name}${path}` : path;

/** Owner of a member's keys, where it can be set. */
export const keyOwner = (placement: Placement): Partial<Account> =>
  placement.kind === "in-place" ? placement.owner : {};
