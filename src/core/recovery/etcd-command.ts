// What a recovery of the quorum writes into etcd's manifest for one start, and what must not stay there.

/** Makes the only member of a cluster out of what is there, and of nothing else (etcd docs/op-guide/recovery; server/etcdserver/bootstrap.go). */
export const force = "force-new-cluster";

const isForce = (word: string): boolean => /^--?force-new-cluster(?:=|$)/.test(word);

/** As Go's flag package reads it: a word of its own never is its value. */
export const isForced = (command: readonly string[]): boolean => {
  const last = command.findLast(isForce);
  return last !== undefined && !/=(?:0|f|F|false|FALSE|False)$/.test(last);
};

export const withoutForce = (command: readonly string[]): readonly string[] =>
  command.filter((word) => !isForce(word));

export const isRestoring = ([program = ""]: readonly string[]): boolean =>
  /(?:^|\/)etcdutl$/.test(program);
