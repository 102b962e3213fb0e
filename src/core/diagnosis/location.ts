/** Where an operator wrote something: what has to be changed. */
export interface Location {
  /** A path; "environment" or "command line" when it is no file. */
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number;
  /** "spec.etcdCACertFile", "ETCDCTL_CACERT", "--ca" */
  readonly field?: string;
}

/** "calicoctl.cfg:7 (spec.etcdEndpoints)", "ETCDCTL_CACERT in the environment", "--ca on the command line". */
export const locationText = ({ file, line, field }: Location): string => {
  const elsewhere =
    file === "environment"
      ? "in the environment"
      : file === "command line"
        ? "on the command line"
        : undefined;
  if (elsewhere !== undefined) return `${field ?? "a word"} ${elsewhere}`;
  const place = line === undefined ? file : `${file}:${line}`;
  return field === undefined ? place : `${place} (${field})`;
};
