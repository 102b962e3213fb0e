import { endpointText } from "./endpoint.ts";
import type { Case } from "./case.ts";
import type { Detected, FixStep } from "./finding.ts";
import { failureOf } from "./for-whom.ts";
import { locationText } from "./location.ts";
import { spiffeOf } from "./mesh.ts";
import { nameComplaintOf } from "./log/name-complaint.ts";
import { linesTelling } from "./log/telling.ts";
import {
  mismatchOf,
  presentedBy,
  type NameTroubleKind,
  type PresentedNames,
} from "./presented-names.ts";
import { callIt, certificateFacts, namesText, nameWords } from "./words.ts";
import { shellWord } from "../text/shell-word.ts";

/** One trouble with a server's name, from a look at it or from a log line alone. */
export interface NameTrouble {
  /** `the certificate "CN=x" of 10.0.0.1:2379`, `the certificate of the server that etcd dials` */
  readonly certificate: string;
  /** The name asked for; "the server's name" when a log does not tell. */
  readonly wanted: string;
  /** `the name "x"`, `the address 10.0.0.1` */
  readonly wantedWords: string;
  readonly names: PresentedNames;
  /** "a, b, 10.0.0.1"; "none"; "not told" when a log does not tell. */
  readonly present: string;
  readonly culprit: string;
  /** Where the name that is asked for is written. */
  readonly source: string;
  /** What to replace there. */
  readonly written: string;
  /** A log tells what is presented, and not what was asked for. */
  readonly untold?: true;
}

/** What one fault has to say of it; the rest is the same for all. */
export interface NameTold {
  readonly text: string;
  readonly evidence?: readonly string[];
  readonly fix: readonly FixStep[];
}

type Tell = (trouble: NameTrouble) => NameTold;

/** Finds the trouble of that kind; a server that answers first, else a log line when there is no server to look at. */
export const nameFault = (seen: Case, kind: NameTroubleKind, tell: Tell): Detected | undefined =>
  fromServer(seen, kind, tell) ?? fromLog(seen, kind, tell);

const fromServer = (
  { endpoint, client, served, server }: Case,
  kind: NameTroubleKind,
  tell: Tell,
): Detected | undefined => {
  if (endpoint === undefined || served === undefined || client.insecure) return undefined;
  if (endpoint.program === "workload" && spiffeOf(served.leaf) !== undefined) return undefined;
  const found = failureOf(served.failures, "name-mismatch");
  if (found === undefined) return undefined;
  const names = presentedBy(served.leaf);
  const mismatch = mismatchOf(served.name, names);
  if (mismatch.kind !== kind) return undefined;
  const where = endpointText(endpoint);
  const told = tell({
    certificate: `the certificate ${callIt(served.leaf)} of ${where}`,
    wanted: served.name.value,
    wantedWords: nameWords(served.name),
    names,
    present: namesText(served.leaf),
    culprit: mismatch.culprit ?? "",
    source: locationText(endpoint.source),
    written: endpoint.servername ?? endpoint.host,
  });
  const file = server?.certificate?.name;
  return {
    text: told.text,
    subject: where,
    certainty: "proved",
    ...(found.forWhom === undefined ? {} : { forWhom: found.forWhom }),
    evidence: [
      `${client.who} asks for ${nameWords(served.name)}, by ${locationText(endpoint.source)}`,
      `the server sent ${certificateFacts(served.leaf)} with the names ${namesText(served.leaf)}`,
      ...(told.evidence ?? []),
    ],
    breaks: `${client.who} refuses the server, since anybody with a certificate of that CA could pose as it`,
    fix: [
      ...told.fix,
      {
        does:
          file === undefined
            ? `see the names it has; ${nameWords(served.name)} is asked for by ${locationText(endpoint.source)}`
            : `see the names that ${file} has, and put the new certificate there`,
        command: `certwright inspect ${file === undefined ? endpointText(endpoint.reachedAt ?? endpoint) : shellWord(file)}`,
      },
    ],
  };
};

const fromLog = (
  { endpoint, log }: Case,
  kind: NameTroubleKind,
  tell: Tell,
): Detected | undefined => {
  if (endpoint !== undefined) return undefined;
  for (const line of linesTelling(log, "name", "server")) {
    const complaint = nameComplaintOf(line.text);
    if (complaint?.mismatch.kind !== kind) continue;
    const { wanted, names, mismatch } = complaint;
    const all = [...names.dns.filter((name) => name !== "-"), ...names.ips, ...names.uris];
    const dialler = line.program === "unknown" ? "a client" : line.program;
    const told = tell({
      certificate: `the certificate of the server that ${dialler} calls`,
      wanted: wanted?.value ?? "the server's name",
      wantedWords: wanted === undefined ? "the name asked for" : nameWords(wanted),
      names,
      present: all.length === 0 ? "names that the line does not tell" : all.join(", "),
      culprit: mismatch.culprit ?? names.commonName ?? "",
      source: `the configuration of ${dialler}`,
      written: wanted?.value ?? "the name",
      ...(wanted === undefined ? { untold: true } : {}),
    });
    return {
      text: told.text,
      subject: wanted?.value ?? line.file,
      certainty: "likely",
      evidence: [`${line.file}:${line.line}: ${line.raw}`, ...(told.evidence ?? [])],
      breaks: `${dialler} refuses the server`,
      fix: told.fix,
    };
  }
  return undefined;
};
