import { shellWord } from "../text/shell-word.ts";
import { define } from "./definition.ts";

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

export const backupErrors = {
  "backup.none": define<{ directory: string }>({
    message: (p) => `${p.directory}: there is no backup yet`,
    hint: () => "make one with: certwright backup create",
    retry: "never",
    exit: 1,
  }),
  "backup.no-such": define<{ id: string; known: readonly string[] }>({
    message: (p) => `there is no backup ${p.id}`,
    hint: (p) =>
      p.known.length === 0
        ? "make one with: certwright backup create"
        : `see them with: certwright backup list; the newest is ${p.known.at(-1)}`,
    retry: "never",
    exit: 1,
  }),
  "backup.invalid-name": define<{ id: string }>({
    message: (p) => `"${p.id}" cannot be the name of a backup`,
    hint: () =>
      'use letters, digits, ".", "_" and "-", at most 80, starting with a letter or digit',
    retry: "never",
    exit: 2,
  }),
  "backup.exists": define<{ id: string }>({
    message: (p) => `there is a backup ${p.id} already`,
    hint: () => "give the new one another name with --id",
    retry: "never",
    exit: 1,
  }),
  "backup.damaged": define<{ path: string; why: string }>({
    message: (p) => `${p.path}: this backup is damaged or was altered: ${p.why}`,
    hint: () => "do not rely on it; make a new one with: certwright backup create",
    retry: "never",
    exit: 1,
  }),
  "backup.not-opened": define<{ path: string }>({
    message: (p) =>
      `${p.path}: neither the keys of this PKI open this backup nor, with this passphrase, those that were kept with it: it is of another PKI, or was altered`,
    hint: () =>
      "name its own PKI with --dir, or give the passphrase that was valid when it was made",
    retry: "never",
    exit: 1,
  }),
  "backup.newer": define<{ path: string; format: string }>({
    message: (p) => `${p.path}: was written by a newer certwright (${p.format})`,
    hint: () => "use the newer certwright: npm install -g certwright@latest",
    retry: "never",
    exit: 1,
  }),
  "backup.snapshot-refused": define<{ endpoint: string; code: string; why: string }>({
    message: (p) => `${p.endpoint}: etcd gave no snapshot: ${p.why} (${p.code})`,
    hint: () => "see whether the member is well: certwright etcd check",
    retry: "later",
    exit: 1,
  }),
  "backup.no-member": define<{ group: string; members: readonly string[] }>({
    message: (p) => `${p.group}: no member answers as root: ${p.members.join("; ")}`,
    hint: () => "see which check fails first: certwright etcd check",
    retry: "later",
    exit: 1,
  }),
  "backup.compacting": define<{ endpoint: string; attempts: number }>({
    message: (p) =>
      `${p.endpoint}: was compacted during each of ${p.attempts} snapshots, so that none could be compared`,
    hint: () => "try again when the cluster is quieter",
    retry: "later",
    exit: 1,
  }),
  "backup.differs": define<{ group: string; what: string; live: string; restored: string }>({
    message: (p) =>
      `${p.group}: the restored snapshot differs from what the cluster said when it was taken: ${p.what} was ${p.live}, restored it is ${p.restored}`,
    hint: () => "do not rely on it; make a new one with: certwright backup create",
    retry: "never",
    exit: 1,
  }),
  "backup.scratch-no-room": define<{ folder: string; needed: number; free: number }>({
    message: (p) =>
      `${p.folder}: restoring the snapshot to look at it takes ${megabytes(p.needed)}, and ${megabytes(p.free)} are free`,
    hint: (p) => `make room: df -h ${shellWord(p.folder)}`,
    retry: "later",
    exit: 1,
  }),
  "backup.scratch-failed": define<{ program: string; why: string }>({
    message: (p) => `the snapshot could not be restored: ${p.program}: ${p.why}`,
    hint: () =>
      "use the programs of the cluster's own version: --etcd-bin, with etcdutl or etcdctl beside it",
    retry: "never",
    exit: 1,
  }),
  "backup.scratch-silent": define<{ why: string }>({
    message: (p) => `the restored snapshot does not answer: ${p.why}`,
    hint: () => "use an etcd of the cluster's own version: --etcd-bin",
    retry: "later",
    exit: 1,
  }),
  "backup.etcd-unusable": define<{ path: string; why: string }>({
    message: (p) => `${p.path}: cannot be used as etcd: ${p.why}`,
    hint: () => "name the etcd program, with etcdutl or etcdctl beside it: --etcd-bin PATH",
    retry: "never",
    exit: 2,
  }),
  "backup.not-in-it": define<{ id: string; path: string }>({
    message: (p) => `backup ${p.id} has no copy of ${p.path}`,
    hint: (p) => `see what it holds: certwright backup restore ${p.id} --dry-run`,
    retry: "never",
    exit: 1,
  }),
  "backup.other-generations": define<{ id: string; issuers: readonly string[] }>({
    message: (p) =>
      `backup ${p.id} is of another time of the CAs: ${p.issuers.join("; ")}. Its certificates would not be trusted, or trust what is to be forgotten`,
    hint: (p) =>
      `see what differs: certwright backup restore ${p.id} --dry-run; when it is meant: --other-generations`,
    retry: "never",
    exit: 1,
  }),
  "backup.unconfirmed": define<{ id: string }>({
    message: () => "nothing was changed: the plan above was not confirmed",
    hint: (p) => `run it without being asked: certwright backup restore ${p.id} --yes`,
    retry: "never",
    exit: 1,
  }),
  "backup.file-exists": define<{ path: string }>({
    message: (p) => `${p.path}: is there already, and is not replaced by a snapshot`,
    hint: () => "name a file that is not there yet",
    retry: "never",
    exit: 2,
  }),
  "backup.no-snapshot": define<{ id: string }>({
    message: (p) => `backup ${p.id} holds no etcd snapshot`,
    hint: () => "see what backups hold: certwright backup list",
    retry: "never",
    exit: 1,
  }),
};
