import { useText, type Description } from "../../core/inspection/describe.ts";
import type { Located, ReportedCertificate } from "../../core/inspection/report.ts";
import { columns } from "../output.ts";
import type { Terminal } from "../terminal.ts";

/** Days before the end from which a certificate is shown in yellow: kubeadm's documentation says renew before 30. */
const soonDays = 30;

/** "pki/ca.pem", "admin.conf: users[0].user.client-certificate-data" */
export const placeOf = ({ source, within }: Located): string =>
  within === undefined ? source : `${source}: ${within}`;

/** "2027-11-23 (364 days)", coloured by urgency. */
export const expiryText = (terminal: Terminal, c: Description): string =>
  urgent(terminal, c, `${c.notAfter.slice(0, 10)} (${stateText(c)})`);

const stateText = ({ state, notBefore, daysLeft }: Description): string => {
  if (state === "expired") return `expired ${days(-daysLeft - 1)} ago`;
  return state === "valid" ? days(daysLeft) : `valid only from ${notBefore}`;
};

const urgent = (terminal: Terminal, { state, daysLeft }: Description, text: string): string => {
  if (state !== "valid") return terminal.style("red", text);
  return daysLeft < soonDays ? terminal.style("yellow", text) : text;
};

const days = (count: number): string => `${count} day${count === 1 ? "" : "s"}`;

/** Everything about one certificate, a line each. */
export const certificateDetails = (terminal: Terminal, c: ReportedCertificate): string => {
  const usages = [...c.extendedKeyUsage, ...c.keyUsage].join(", ");
  const rows: (readonly [string, string])[] = [
    ["Subject", c.subject === "" ? "(empty)" : c.subject],
    ["Issuer", c.selfIssued ? `${c.issuer} (itself)` : c.issuer],
    ...several("Names", c.names.length === 0 && !c.ca ? [noNames(terminal)] : c.names),
    ["Use", usages === "" ? useText(c) : `${useText(c)}: ${usages}`],
    ...(c.pathLength === undefined
      ? []
      : [["Path length", `${c.pathLength} CAs below it`] as const]),
    ["Valid from", c.notBefore],
    ["Valid until", urgent(terminal, c, `${c.notAfter} (${stateText(c)})`)],
    ["Key", `${c.key.type}, sha256 ${c.key.sha256}`],
    ["Private key", privateKeyText(terminal, c)],
    ["Signed with", c.signatureAlgorithm],
    ["Serial", c.serial],
    ["Fingerprint", `sha256 ${c.sha256}`],
    ["Subject key id", c.subjectKeyIdentifier ?? "none"],
    ["Issuer key id", c.authorityKeyIdentifier ?? "none"],
    ...several("Permitted", c.permittedNames),
    ...several("Excluded", c.excludedNames),
    ...several("CRL", c.crl),
    ...several("OCSP", c.ocsp),
    ...several("Issuer at", c.issuerUrls),
    ...several("Also has", c.otherExtensions),
    ...c.flaws.map(
      (f) => ["Flaw", terminal.style("yellow", `${f.message} (byte ${f.offset})`)] as const,
    ),
  ];
  const title = terminal.style("bold", placeOf(c));
  return `${title}\n${columns(rows.map(([name, value]) => [`  ${name}`, value]))}`;
};

// Go has read names from nowhere else since 1.15; a client needs none.
const noNames = (terminal: Terminal): string =>
  terminal.style("yellow", "none: no server for Go programs");

const several = (name: string, values: readonly string[]): (readonly [string, string])[] =>
  values.map((value, i) => [i === 0 ? name : "", value]);

const privateKeyText = (terminal: Terminal, { privateKey }: ReportedCertificate): string => {
  if (privateKey === undefined) return "not found here";
  const where = placeOf(privateKey);
  if (privateKey.belongs === null) {
    return `${where} ${privateKey.encrypted ? "is encrypted" : "cannot be read"}`;
  }
  if (!privateKey.belongs) return terminal.style("red", `${where} does not belong to it`);
  return `${where} belongs to it${privateKey.mode === undefined ? "" : `, mode ${privateKey.mode}`}`;
};
