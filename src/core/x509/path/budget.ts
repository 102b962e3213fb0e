/** How much one call may cost. A path that needs more is refused, as its peers do, rather than searched for ever. */
export interface Budget {
  /** Issuers considered, each of which costs up to one signature check. */
  readonly signatures: number;
  /** Certificates that were extended. */
  readonly buildCalls: number;
  /** Comparisons of one name with one subtree. */
  readonly nameComparisons: number;
}

export const defaultBudget: Budget = {
  // maxChainSignatureChecks in Go's crypto/x509 since 1.13, and rustls-webpki's: a mesh of cross-signed
  // certificates with one name and one key would otherwise cost a factorial number (Go issue 29233, CVE-2018-16875).
  signatures: 100,
  // rustls-webpki (RUSTSEC-2023-0053); with 100 signatures it is a second line only.
  buildCalls: 200_000,
  // rustls-webpki, and MaxConstraintComparisions of Go up to 1.25 (Go 1.26 sorts instead and has no limit).
  nameComparisons: 250_000,
};

/** What is left of a {@link Budget}; `exhausted` names the first that ran out. */
export interface Meter {
  readonly limits: Budget;
  signatures: number;
  buildCalls: number;
  nameComparisons: number;
  exhausted: keyof Budget | undefined;
}

export const meterOf = (limits: Budget): Meter => ({ limits, ...limits, exhausted: undefined });

/** Takes one unit; false when none is left, and from then on. */
export const spend = (meter: Meter, what: keyof Budget): boolean => {
  if (meter[what] <= 0) {
    meter.exhausted ??= what;
    return false;
  }
  meter[what] -= 1;
  return true;
};
