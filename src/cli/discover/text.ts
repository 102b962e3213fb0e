import { workloadWords } from "../../core/applications/choose.ts";
import type { Discovery } from "../../core/discovery/discovery.ts";
import type { Holder } from "../../core/discovery/holder.ts";
import { issuersOf } from "../../core/discovery/issuers.ts";
import { some } from "../../core/text/some.ts";
import { formatName } from "../../core/x509/names.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { table } from "../output.ts";
import type { Terminal } from "../terminal.ts";

const counted = (count: number, word: string): string =>
  `${count} ${word}${count === 1 ? "" : "s"}`;

/** What was found, for people. */
export const discoveryText = (terminal: Terminal, found: Discovery): string => {
  const { controlPlane, workers, holders } = found;
  const issuers = issuersOf(found);
  const etcd = found.etcd === "stacked" ? "etcd beside them" : "an etcd of its own";
  const by = found.byHand === undefined ? "kubeadm" : "hand";
  const title = `Kubernetes ${found.version} by ${by}: ${counted(controlPlane.length, "API server")} with ${etcd}, ${counted(workers.length, "worker")}; ${found.endpoint.host}:${found.endpoint.port}`;
  const cas = table(
    terminal,
    ["CA", "SUBJECT", "FINGERPRINT", "UNTIL"],
    found.cas.map(({ ca, certificate }) => [
      issuers[ca],
      formatName(certificate.subject),
      certificate.fingerprint.slice(0, 16),
      new Date(certificate.notAfter).toISOString().slice(0, 10),
    ]),
  );
  const places = table(
    terminal,
    ["FOUND IN", "WHAT", "BY", "IN A ROTATION"],
    holders.map((one) => [
      placeOf(one),
      `${one.cas.map((ca) => issuers[ca]).join(", ")}${one.holds === "trust" ? "" : " (issued)"}`,
      one.owner,
      writers[one.writer],
    ]),
  );
  const workloads =
    found.workloads.length === 0
      ? ""
      : `\n${table(
          terminal,
          ["HAS THE CA BEFORE IT", "TURN", "PODS", "FIRST STARTED"],
          found.workloads.map((one) => [
            workloadWords(one),
            one.turn,
            `${one.pods}${one.older === 0 ? "" : ` (${one.older} older than the CA)`}`,
            one.oldestStart === undefined ? "" : formatInstant(one.oldestStart),
          ]),
        )}`;
  return `${title}\n\n${cas}\n${places}${workloads}${connectionsText(terminal, found)}`;
};

/** Who has a certificate besides the cluster's own programs: holders that an operator has to name. */
const connectionsText = (terminal: Terminal, { connections }: Discovery): string => {
  if (connections === undefined) return "";
  const { users, unread, since } = connections;
  const rows = users.map((one) => [
    one.user,
    some(one.from),
    some(one.as),
    String(one.certificates),
    one.last.slice(0, 19),
  ]);
  const head = `SHOWED A CERTIFICATE${since === undefined ? "" : ` SINCE ${since.slice(0, 19)}`}`;
  const seen =
    rows.length === 0
      ? ""
      : `\n${table(terminal, [head, "FROM", "AS", "CERTIFICATES", "LAST"], rows)}`;
  return `${seen}${unread.map((why) => `\naudit log not read: ${why}\n`).join("")}`;
};

const writers: Readonly<Record<Holder["writer"], string>> = {
  certwright: "certwright writes it",
  cluster: "follows by itself",
  owner: "yours to write",
};

const placeOf = ({ kind, namespace, name, fields, count }: Holder): string => {
  if (kind === "file") return `${namespace}:${name}`;
  if (count !== undefined && kind === "Secret") return `${counted(count, "token Secret")}`;
  if (count !== undefined) return `${kind} ${name} in ${counted(count, "namespace")}`;
  const [first, ...more] = fields;
  const field =
    first === undefined ? "" : ` ${first}${more.length === 0 ? "" : ` +${more.length}`}`;
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}${field}`;
};

/** The same as plain data. */
export const discoveryData = (found: Discovery, file: string | undefined): object => {
  const issuers = issuersOf(found);
  return {
    ...(file === undefined ? {} : { file }),
    ...found,
    cas: found.cas.map(({ ca, certificate: { subject, fingerprint, notAfter } }) => ({
      issuer: issuers[ca],
      subject: formatName(subject),
      fingerprint,
      notAfter: new Date(notAfter).toISOString(),
    })),
    holders: found.holders.map((one) => ({ ...one, cas: one.cas.map((ca) => issuers[ca]) })),
  };
};
