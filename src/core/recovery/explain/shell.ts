/** A word as POSIX shells take it: names come from a cluster's data, and whoever reads the runbook pastes it as root. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Folder in which the runbook's hands keep CAs and what is on its way; on control plane nodes only, for root alone. */
export const workbench = "/root/recovery-by-hand";

/** A folder as kubeadm makes it, whatever the shell's umask. */
export const makeFolder = (path: string): string =>
  `install -d -m ${path.endsWith("/manifests") ? "0700" : "0755"} ${quoted(path)}`;

/** The folder of an absolute path. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

/** Where the pair of an issuer lies while leaves are made. */
export const pairOf = (issuer: string): { readonly certificate: string; readonly key: string } => ({
  certificate: `${workbench}/${issuer}.crt`,
  key: `${workbench}/${issuer}.key`,
});

export const octal = (mode: number): string => mode.toString(8).padStart(4, "0");
