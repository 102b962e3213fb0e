import { remoteOf, type LogParser } from "./parser.ts";

/** X509_V_ERR_… numbers that %[ssl_c_err] gives, in common words (x509_vfy.h). */
const numbers: Readonly<Record<string, string>> = {
  "9": "certificate is not yet valid",
  "10": "certificate has expired",
  "18": "self-signed certificate",
  "19": "self-signed certificate in certificate chain",
  "20": "unable to get local issuer certificate",
  "21": "unable to verify the first certificate",
  "23": "certificate revoked",
  "26": "unsuitable certificate purpose",
};

/** The same for %[ssl_fc_err,hex], OpenSSL's error of the handshake, by its last three digits (sslerr.h). */
const reasons: Readonly<Record<string, string>> = {
  "09C": "http request",
  "0C1": "no shared cipher",
  "0C7": "peer did not return a certificate",
  "102": "unsupported protocol version",
  "412": "sslv3 alert bad certificate",
  "415": "sslv3 alert certificate expired",
  "416": "sslv3 alert certificate unknown",
  "418": "tlsv1 alert unknown ca",
};

/**
 * HAProxy: `haproxy[7]: 10.0.0.1:5 [22/Nov/2026:10:12:01.123] fe/1: SSL client certificate not trusted`. The reason is told
 * only by a log-format with %[ssl_c_err], %[ssl_fc_err,hex] or %[ssl_fc_err_str] (its manual, "Error log format").
 */
export const readHaproxy: LogParser = (line) => {
  const parts =
    /(?:^|\s)(\[?[0-9a-fA-F.:]+\]?:\d{1,5}) \[\d\d\/\w{3}\/\d{4}:[^\]]+\] ([^\s:]+):? (.*)$/.exec(
      line,
    );
  if (parts === null) return haproxyUpstream(line);
  const [, remote, frontend, words] = parts;
  const told = reasonIn(words!);
  return {
    program: "haproxy",
    role: "server",
    text: told ?? opaque(words!),
    extras: { frontend: frontend! },
    ...remoteOf(remote!),
  };
};

const reasonIn = (words: string): string | undefined => {
  // %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed], as the manual's format has it.
  const group = /(?:^|\s)\d+\/(?:0x)?([0-9A-F]{8,16})\/(\d+)\/(\d+)\/[01](?:\s|$)/i.exec(words);
  const number =
    /(?:ssl_c_err|ssl_c_ca_err|err|verify)[=:]\s*(\d{1,2})\b/.exec(words)?.[1] ??
    [group?.[2], group?.[3]].find((one) => one !== undefined && one in numbers) ??
    // A format of one's own: the number stands somewhere behind the words.
    /(?:not trusted|cannot be verified|verify failed)\b.*?[\s/|,;](9|10|18|19|2[0136])(?![\w.:])/.exec(
      words,
    )?.[1];
  const found = number === undefined ? undefined : numbers[number];
  if (found !== undefined) return found;
  const error = (group?.[1] ?? /\berror:([0-9A-F]{8}):/.exec(words)?.[1])?.slice(-3).toUpperCase();
  return error === undefined ? undefined : reasons[error];
};

/** "not trusted" without a number may be any reason but none: the commonest is the CA. */
const opaque = (words: string): string =>
  /client certificate not trusted/i.test(words)
    ? `${words} (unknown ca, or another reason that only %[ssl_c_err] tells)`
    : words;

/** Health checks of servers behind it: `Server be/s1 is DOWN, reason: Layer6 invalid response, info: "SSL handshake failure (…)"`. */
const haproxyUpstream: LogParser = (line) => {
  const parts = /Server (\S+\/\S+) is DOWN, reason: (Layer6 .*)$/.exec(line);
  return parts === null
    ? undefined
    : { program: "haproxy", role: "client", text: parts[2]!, extras: { server: parts[1]! } };
};
