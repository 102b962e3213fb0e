/** One test case of C2SP/x509-limbo, as far as it is used here. */
export interface LimboCase {
  readonly id: string;
  readonly features?: readonly string[];
  readonly validation_kind: "SERVER" | "CLIENT";
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  /** ISO 8601; null or absent is the time of the run. */
  readonly validation_time?: string | null;
  readonly extended_key_usage?: readonly string[];
  readonly expected_result: "SUCCESS" | "FAILURE";
  readonly expected_peer_name?: LimboName | null;
  readonly expected_peer_names?: readonly LimboName[];
  readonly max_chain_depth?: number | null;
  readonly crls?: readonly string[] | null;
}

export interface LimboName {
  readonly kind: "DNS" | "IP" | "RFC822";
  readonly value: string;
}
