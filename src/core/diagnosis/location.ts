/** Where an operator wrote something: what has to be changed. */
export interface Location {
  /** A path; "environment" or "command line" when it is no file. */
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number;
  /** "spec.etcdCACertFile", "ETCDCTL_CACERT", "--ca" */
  readonly field?: string;
}

/** "calicoctl.cfg:7 (spec.etcdEndpoints)", "the environment (ETCDCTL_CACERT)", "the command line (--ca)". */
export const locationText = ({ file, line, field }: Location): string => {
  const nowhere = file === "environment" || file === "command line";
  const place = nowhere ? `the ${file}` : line === undefined ? file : `${file}:${line}`;
  return field === undefined ? place : `${place} (${field})`;
};
