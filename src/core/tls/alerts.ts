/** When in the conversation an alert was sent. */
export type AlertTime = "during-handshake" | "after-handshake";

export interface Alert {
  /** 1 warning, 2 fatal; TLS 1.3 says to ignore it (RFC 8446 section 6). Absent when only the platform's error text told the number. */
  readonly level?: number;
  readonly number: number;
  /** Name of the registry, "certificate_required"; "alert 99" for one that no RFC names. */
  readonly name: string;
  readonly time: AlertTime;
}

/** TLS Alerts registry: RFC 8446 section 6, and RFC 5246 section 7.2 for those that only older versions send. */
const names: Readonly<Record<number, string>> = {
  0: "close_notify",
  10: "unexpected_message",
  20: "bad_record_mac",
  21: "decryption_failed",
  22: "record_overflow",
  30: "decompression_failure",
  40: "handshake_failure",
  41: "no_certificate",
  42: "bad_certificate",
  43: "unsupported_certificate",
  44: "certificate_revoked",
  45: "certificate_expired",
  46: "certificate_unknown",
  47: "illegal_parameter",
  48: "unknown_ca",
  49: "access_denied",
  50: "decode_error",
  51: "decrypt_error",
  60: "export_restriction",
  70: "protocol_version",
  71: "insufficient_security",
  80: "internal_error",
  86: "inappropriate_fallback",
  90: "user_canceled",
  100: "no_renegotiation",
  109: "missing_extension",
  110: "unsupported_extension",
  111: "certificate_unobtainable",
  112: "unrecognized_name",
  113: "bad_certificate_status_response",
  114: "bad_certificate_hash_value",
  115: "unknown_psk_identity",
  116: "certificate_required",
  120: "no_application_protocol",
  121: "ech_required",
};

export const closeNotify = 0;

export const alertName = (number: number): string => names[number] ?? `alert ${number}`;

/**
 * The number in an OpenSSL error text ("… tlsv1 alert unknown ca:…:SSL alert number 48").
 * For alerts of TLS 1.2 that came encrypted this text is the only witness.
 */
export const alertNumberIn = (text: string): number | undefined => {
  const digits = /SSL alert number (\d{1,3})\b/.exec(text)?.[1];
  return digits === undefined || Number(digits) > 255 ? undefined : Number(digits);
};

/**
 * Alerts that say the server looked for, or at, the client's certificate and did not like what it saw.
 * 40 is what servers of TLS 1.2 send instead of 116, which only TLS 1.3 has (RFC 8446 section 6.2).
 */
export const refusesCertificate = (number: number): boolean =>
  (number >= 40 && number <= 46) ||
  number === 48 ||
  number === 49 ||
  number === 51 ||
  number === 116;
