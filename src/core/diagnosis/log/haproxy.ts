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

/**
 * HAProxy: `haproxy[7]: 10.0.0.1:5 [22/Nov/2026:10:12:01.123] fe/1: SSL client certificate not trusted`. The reason is told
 * only by a log-format with %[ssl_c_err].
 */
export const readHaproxy: LogParser = (line) => {
  const parts =
    /(?:^|\s)(\[?[0-9a-fA-F.:]+\]?:\d{1,5}) \[\d\d\/\w{3}\/\d{4}:[^\]]+\] ([^\s:]+): (.*)$/.exec(
      line,
    ) ??
    /(?:^|\s)(\[?[0-9a-fA-F.:]+\]?:\d{1,5}) \[\d\d\/\w{3}\/\d{4}:[^\]]+\] (\S+) (.*ssl_c_err.*)$/.exec(
      line,
    );
  if (parts === null) return haproxyUpstream(line);
  const [, remote, frontend, words] = parts;
  const number = /(?:ssl_c_err|ssl_c_ca_err|err|verify)[=:]\s*(\d{1,2})\b/.exec(words!)?.[1];
  const told = number === undefined ? undefined : numbers[number];
  return {
    program: "haproxy",
    role: "server",
    text: told ?? opaque(words!),
    extras: { frontend: frontend! },
    ...remoteOf(remote!),
  };
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
