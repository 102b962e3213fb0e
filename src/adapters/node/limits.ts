/** Certificates, bundles and keys are kilobytes; a Kubernetes Secret holds at most 1 MiB (its API's own limit). */
export const FILE_LIMIT = 1024 * 1024;

/** What a program may print on each of its two outputs. `systemctl status` prints about 2 kB, an etcdctl table less. */
export const OUTPUT_LIMIT = 1024 * 1024;
