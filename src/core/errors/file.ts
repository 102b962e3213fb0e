import { define } from "./definition.ts";

const octal = (mode: number): string => `0${(mode & 0o7777).toString(8).padStart(3, "0")}`;

const folderOf = (path: string): string => {
  const cut = path.lastIndexOf("/");
  return cut < 0 ? "." : cut === 0 ? "/" : path.slice(0, cut);
};

/** Faults of files as such; what is wrong with their content belongs to pem, x509 and the rest. */
export const fileErrors = {
  "file.missing": define<{ path: string }>({
    message: (p) => `${p.path}: no such file`,
    hint: (p) => `look at what is there: ls -la ${folderOf(p.path)}`,
    retry: "never",
    exit: 1,
  }),
  "file.dangling-symlink": define<{ path: string; target: string }>({
    message: (p) => `${p.path}: a symbolic link to ${p.target}, which does not exist`,
    hint: (p) => `restore the target or correct the link: ls -la ${p.path}`,
    retry: "never",
    exit: 1,
  }),
  "file.symlink-loop": define<{ path: string }>({
    message: (p) => `${p.path}: symbolic links that lead back to themselves`,
    hint: (p) => `see where they lead: namei -l ${p.path}`,
    retry: "never",
    exit: 1,
  }),
  "file.no-folder": define<{ path: string }>({
    message: (p) => `${p.path}: the folder ${folderOf(p.path)} does not exist`,
    hint: (p) => `mkdir -p ${folderOf(p.path)}`,
    retry: "never",
    exit: 1,
  }),
  "file.permission": define<{
    path: string;
    /** "read" or "write". */
    operation: string;
    uid: number;
    mode?: number;
    owner?: number;
  }>({
    message: (p) =>
      `${p.path}: no permission to ${p.operation} it as uid ${p.uid}` +
      (p.mode === undefined ? "" : ` (mode ${octal(p.mode)}, owner uid ${p.owner})`),
    hint: (p) =>
      p.owner === undefined || p.operation === "write"
        ? `look at the path's owners and modes: namei -l ${p.path}`
        : `run as its owner: sudo -u '#${p.owner}' certwright …`,
    retry: "never",
    exit: 1,
  }),
  "file.owner-not-settable": define<{ path: string; uid: number; gid: number; as: number }>({
    message: (p) => `${p.path}: uid ${p.as} may not give it to owner ${p.uid}:${p.gid}`,
    hint: () => "run as root, or ask for the owner you run as",
    retry: "never",
    exit: 1,
  }),
  "file.is-directory": define<{ path: string }>({
    message: (p) => `${p.path}: is a directory, a file is needed`,
    hint: (p) => `name one of its files: ls -la ${p.path}`,
    retry: "never",
    exit: 1,
  }),
  "file.not-directory": define<{ path: string }>({
    message: (p) => `${p.path}: a part of this path is a file, not a folder`,
    hint: (p) => `see which: namei -l ${p.path}`,
    retry: "never",
    exit: 1,
  }),
  "file.not-regular": define<{ path: string; kind: string }>({
    message: (p) => `${p.path}: is a ${p.kind}, a regular file is needed`,
    hint: (p) =>
      p.kind === "FIFO" ? "pipe the data into standard input and give - as the file" : undefined,
    retry: "never",
    exit: 1,
  }),
  "file.too-big": define<{ path: string; size: number; limit: number }>({
    message: (p) => `${p.path}: ${p.size} bytes, more than the ${p.limit} that are read`,
    hint: () => "certificates, keys and lists are far smaller: is this the right file?",
    retry: "never",
    exit: 1,
  }),
  "file.empty": define<{ path: string }>({
    message: (p) => `${p.path}: is empty`,
    hint: () => "an interrupted copy leaves this: copy the file again",
    retry: "never",
    exit: 1,
  }),
  "file.disk-full": define<{ path: string }>({
    message: (p) => `${p.path}: no space left on its disk; nothing was changed at this path`,
    hint: (p) => `make room, then run the same command again: df -h ${folderOf(p.path)}`,
    retry: "later",
    exit: 1,
  }),
  "file.quota": define<{ path: string; uid: number }>({
    message: (p) =>
      `${p.path}: the disk quota of uid ${p.uid} is used up; nothing was changed at this path`,
    hint: () => "make room, then run the same command again: quota -s",
    retry: "later",
    exit: 1,
  }),
  "file.read-only": define<{ path: string }>({
    message: (p) => `${p.path}: its file system is mounted read-only`,
    hint: (p) => `see how it is mounted: findmnt -T ${folderOf(p.path)}`,
    retry: "later",
    exit: 1,
  }),
  "file.failed": define<{ path: string; operation: string; code: string }>({
    message: (p) => `${p.path}: the system refused to ${p.operation} it (${p.code})`,
    retry: "later",
    exit: 1,
  }),
  "file.plan-stale": define<{ path: string; change: string }>({
    message: (p) => `${p.path}: ${p.change} since the plan was made; nothing was changed`,
    hint: () => "run the same command again to see a new plan",
    retry: "now",
    exit: 1,
  }),
  "file.planned-twice": define<{ path: string; target: string }>({
    message: (p) => `${p.path}: two of the files to write are the same file, ${p.target}`,
    hint: () => "give each a path of its own",
    retry: "never",
    exit: 2,
  }),
  "file.would-replace": define<{ paths: readonly string[] }>({
    message: (p) => `would replace ${p.paths.join(", ")}`,
    hint: () => "look at the plan above, then run the same command with --yes; backups are kept",
    retry: "never",
    exit: 1,
  }),
};
