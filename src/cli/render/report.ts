import { useText } from "../../core/inspection/describe.ts";
import type { Report, ReportedCertificate } from "../../core/inspection/report.ts";
import { columns, table } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { certificateDetails, expiryText, placeOf } from "./certificate.ts";

/** A report for people: all details for one certificate, a table for many. */
export const renderReport = (terminal: Terminal, report: Report, long: boolean): string => {
  const { certificates } = report;
  const parts: string[] = [];
  if (long || certificates.length === 1) {
    parts.push(...certificates.map((certificate) => certificateDetails(terminal, certificate)));
  } else if (certificates.length > 1) {
    const rows = certificates.map((certificate) => tableRow(terminal, certificate));
    parts.push(table(terminal, ["WHERE", "SUBJECT", "ISSUER", "USE", "KEY", "EXPIRES", ""], rows));
  }
  const others = otherRows(report);
  if (others.length > 0) parts.push(columns(others));
  return parts.join("\n");
};

const tableRow = (terminal: Terminal, c: ReportedCertificate): string[] => {
  const notes = [
    ...(c.privateKey?.belongs === true ? ["has its key"] : []),
    ...(c.privateKey?.belongs === false ? [terminal.style("red", "WRONG KEY beside it")] : []),
    ...(c.flaws.length > 0 ? [terminal.style("yellow", `${c.flaws.length} flaws`)] : []),
  ];
  const issuer = c.selfIssued ? "itself" : shortName(c.issuer);
  return [
    placeOf(c),
    shortName(c.subject) || (c.names[0] ?? "(no name)"),
    issuer,
    useText(c),
    c.key.type,
    expiryText(terminal, c),
    notes.join(", "),
  ];
};

/** The common name when there is one, else the whole name. */
const shortName = (name: string): string =>
  /(?:^|[,+])CN=((?:[^,+\\]|\\.)*)/.exec(name)?.[1] ?? name;

const otherRows = (report: Report): string[][] => {
  // A key that belongs to a certificate shown is told there.
  const told = new Set(report.certificates.map(({ key }) => key.sha256 as string));
  return [
    ...report.requests.map((r) => [
      placeOf(r),
      `signing request for ${r.subject || r.names[0]}`,
      [...r.names, r.key.type].join(", "),
    ]),
    ...report.revocationLists.map((l) => [
      placeOf(l),
      `revocation list of ${l.issuer}`,
      `${l.revoked} revoked, ${l.thisUpdate} to ${l.nextUpdate ?? "no end"}`,
    ]),
    ...report.privateKeys
      .filter(({ sha256 }) => sha256 === null || !told.has(sha256))
      .map((k) => [
        placeOf(k),
        k.encrypted ? "private key, encrypted" : "private key",
        k.sha256 === null ? "" : `sha256 ${k.sha256}, no certificate here`,
      ]),
    ...report.publicKeys.map((k) => [placeOf(k), "public key", `sha256 ${k.sha256}`]),
  ];
};
