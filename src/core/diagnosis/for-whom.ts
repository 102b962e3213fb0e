import type { PathFailure, PathFailureCode } from "../x509/path.ts";
import type { Failures } from "./case.ts";

/** A failure with the verifiers that have it. */
export interface FailureForSome<C extends PathFailureCode> {
  readonly failure: PathFailure<C>;
  /** Absent when both Go and OpenSSL refuse. */
  readonly forWhom?: string;
}

const words = {
  go: "Go clients (etcd, Kubernetes, calicoctl); OpenSSL clients (curl, Node, nginx) accept it",
  openssl: "OpenSSL clients (curl, Node, nginx); Go clients (etcd, Kubernetes) accept it",
};

/**
 * The first failure of a code that also passes `fits`, and for whom it is one: verifiers disagree, and a chain that
 * curl takes may keep etcd from starting. Undefined when neither Go nor OpenSSL has it.
 */
export const failureOf = <C extends PathFailureCode>(
  failures: Failures,
  code: C,
  fits: (failure: PathFailure<C>) => boolean = () => true,
): FailureForSome<C> | undefined => {
  const among = (list: readonly PathFailure[]): PathFailure<C> | undefined =>
    list.filter((one): one is PathFailure<C> => one.code === code).find(fits);
  const go = among(failures.go);
  const openssl = among(failures.openssl);
  const failure = go ?? openssl;
  if (failure === undefined) return undefined;
  if (go !== undefined && openssl !== undefined) return { failure };
  return { failure, forWhom: go === undefined ? words.openssl : words.go };
};
