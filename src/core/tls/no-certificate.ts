import { failure, type CertwrightError } from "../errors/certwright-error.ts";
import type { FirstBytes } from "./first-bytes.ts";
import type { Observation } from "./observation.ts";

/** "[::1]:2379" for an IPv6 address, "etcd1:2379" for the rest. */
const targetOf = ({ host, port }: Observation): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/** Says in the words of connect.* why an observation holds no server certificate. */
export const whyNoCertificate = (observation: Observation): CertwrightError => {
  const { host, names, attempts, connection, handshake, unusable } = observation;
  const target = targetOf(observation);
  const last = observation.phases.at(-1);
  if (unusable !== undefined)
    return failure("connect.client-unusable", { target, why: unusable.message });
  if (last?.ended === "aborted") return failure("connect.interrupted", { target });
  const milliseconds = Math.round((last?.end ?? 0) - (last?.start ?? 0));
  if (names.addresses.length === 0) {
    return last?.ended === "timeout" || last?.ended === "deadline" || silentServers(observation)
      ? failure("connect.deadline", {
          target: host,
          awaited: `a DNS answer from ${names.servers.join(", ")}`,
          milliseconds: names.milliseconds,
        })
      : failure("connect.no-such-name", { host });
  }
  if (connection === undefined) {
    const refused = attempts.filter(({ outcome }) => outcome === "refused");
    const other = attempts.find(({ outcome }) => outcome !== "refused" && outcome !== "untried");
    if (other === undefined)
      return failure("connect.refused", { target, addresses: refused.map((a) => a.address) });
    if (other.outcome === "filtered")
      return failure("connect.deadline", {
        target,
        awaited: `a TCP connection to ${other.address}`,
        milliseconds,
      });
    return failure("connect.failed", { target, address: other.address, code: other.code ?? "" });
  }
  const alert = handshake?.alert;
  if (alert !== undefined)
    return failure("connect.alert", {
      target,
      alert: `${alert.name} (${alert.number})`,
      serverName: observation.servername,
    });
  const speaks = speaksOf(connection.first);
  if (speaks !== undefined) return failure("connect.not-tls", { target, speaks });
  if (last?.ended === "timeout" || last?.ended === "deadline")
    return failure("connect.deadline", { target, awaited: last.awaited ?? "", milliseconds });
  const malformed = handshake?.flight.malformed;
  if (malformed !== undefined)
    return failure("connect.not-tls", {
      target,
      speaks: `its handshake is malformed at byte ${malformed.offset}: ${malformed.why}`,
    });
  return failure("connect.closed", { target });
};

/** All name servers kept silent or could not be reached, as opposed to: said no. */
const silentServers = ({ names }: Observation): boolean =>
  names.queries.some(({ error }) => error === "ETIMEOUT" || error === "ECONNREFUSED");

/** What a server without TLS is, in words; undefined for one that does speak TLS, or said nothing. */
const speaksOf = (first: FirstBytes): string | undefined => {
  switch (first.kind) {
    case "nothing":
    case "tls-handshake":
    case "tls-alert":
      return undefined;
    case "http":
      return `it answered in plain HTTP ("${first.text}")`;
    case "http2":
      return "it speaks HTTP/2 without TLS";
    case "ssh":
      return `it is an SSH server ("${first.text}")`;
    case "smtp-or-ftp":
      return `it is a mail or FTP server ("${first.text}")`;
    case "imap":
    case "pop3":
      return `it is a mail server ("${first.text}")`;
    case "mysql":
      return `it is a MySQL server (${first.text})`;
    case "postgresql":
      return "it is a PostgreSQL server";
    case "redis":
      return `it is a Redis server ("${first.text}")`;
    case "vnc":
      return "it is a VNC server";
    case "telnet":
      return "it is a Telnet server";
    default:
      return `its first bytes are "${first.text.slice(0, 60)}"`;
  }
};
