import { define } from "./definition.ts";

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;

/** Faults on the way to a TLS server's certificate. What is wrong with the certificate itself is no error of these. */
export const connectErrors = {
  "connect.no-such-name": define<{ host: string }>({
    message: (p) => `${p.host}: neither /etc/hosts nor DNS knows this name`,
    hint: (p) => `see what the system says: getent hosts ${p.host}`,
    retry: "later",
    exit: 1,
  }),
  "connect.refused": define<{ target: string; addresses: readonly string[] }>({
    message: (p) => `${p.target}: nothing listens there (refused by ${p.addresses.join(", ")})`,
    hint: () => "see what listens on that machine: ss -ltnp",
    retry: "later",
    exit: 1,
  }),
  "connect.failed": define<{ target: string; address: string; code: string }>({
    message: (p) => `${p.target}: cannot connect to ${p.address} (${p.code})`,
    retry: "later",
    exit: 1,
  }),
  "connect.deadline": define<{ target: string; awaited: string; milliseconds: number }>({
    message: (p) => `${p.target}: waited ${seconds(p.milliseconds)} in vain for ${p.awaited}`,
    hint: (p) =>
      p.awaited.includes("TCP")
        ? "a firewall that drops packets does this; give more time with --timeout"
        : "give more time with --timeout",
    retry: "later",
    exit: 4,
  }),
  "connect.not-tls": define<{ target: string; speaks: string }>({
    message: (p) => `${p.target}: does not speak TLS: ${p.speaks}`,
    hint: () => "is this the right port?",
    retry: "never",
    exit: 1,
  }),
  "connect.closed": define<{ target: string }>({
    message: (p) => `${p.target}: closed the connection before it showed a certificate`,
    hint: () => "the server's log says why; a proxy or a wrong port does this too",
    retry: "later",
    exit: 1,
  }),
  "connect.alert": define<{ target: string; alert: string; serverName: string | undefined }>({
    message: (p) =>
      `${p.target}: refused the handshake with the alert ${p.alert} before it showed a certificate`,
    hint: (p) =>
      p.alert.startsWith("unrecognized_name") || p.serverName === undefined
        ? "it may want a name: --server-name NAME"
        : "the server's log says why",
    retry: "never",
    exit: 1,
  }),
  "connect.client-unusable": define<{ target: string; why: string }>({
    message: (p) =>
      `${p.target}: not asked, because our side of the connection cannot be set up: ${p.why}`,
    hint: () => "see what our certificate and key are: certwright inspect FILE",
    retry: "never",
    exit: 1,
  }),
  "connect.interrupted": define<{ target: string }>({
    message: (p) => `${p.target}: interrupted before it showed a certificate`,
    retry: "now",
    exit: 130,
  }),
};
