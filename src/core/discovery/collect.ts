import type { Holder } from "./holder.ts";

/** Holders as they are found, with those that are the same in every namespace as one. */
export interface Collection {
  add(holder: Holder): void;
  /** Sorted: what its owner has to write comes last, since that is left to do. */
  holders(): readonly Holder[];
}

export const collectHolders = (): Collection => {
  const held: Holder[] = [];
  const alike = new Map<string, { readonly first: Holder; count: number }>();
  return {
    add(holder) {
      if (holder.writer !== "cluster") {
        held.push(holder);
        return;
      }
      const word = holder.kind === "Secret" ? "Secret" : `${holder.kind} ${holder.name}`;
      const key = `${word} ${holder.holds} ${holder.fingerprints.join()}`;
      const same = alike.get(key);
      if (same === undefined) alike.set(key, { first: holder, count: 1 });
      else same.count += 1;
    },
    holders() {
      const kept = [...alike.values()].map(({ first, count }) => withCount(first, count));
      const text = (one: Holder): string =>
        `${rank[one.writer]} ${one.kind} ${one.namespace ?? ""}/${one.name}`;
      return [...held, ...kept].sort((a, b) => (text(a) < text(b) ? -1 : 1));
    },
  };
};

const withCount = (holder: Holder, count: number): Holder =>
  count === 1 ? holder : { ...holder, count };

const rank = { certwright: 0, cluster: 1, owner: 2 } as const;
