import type { Sessions } from "./sessions.ts";

/**
 * Sessions in which each file is read once: kubeadm's ca.crt is the place of eight slots on one node. `once` keeps what
 * a key's work gave, and gives it again.
 */
export const rememberReads = (
  sessions: Sessions,
  once: <T>(key: string, work: () => Promise<T>) => Promise<T>,
): Sessions => ({
  ...sessions,
  use: (node, work) =>
    sessions.use(node, (session) => {
      const at = node?.name ?? "";
      return work({
        ...session,
        read: (path) => once(`file ${at} ${path}`, () => session.read(path)),
        readLink: (path) => once(`link ${at} ${path}`, () => session.readLink(path)),
      });
    }),
});
