import { lowerAscii } from "./host-names.ts";

/** A mailbox (RFC 2821 section 4.1.2): local part as it is, since only its host may say that case does not matter; domain in lower case. */
export interface Mailbox {
  readonly local: string;
  readonly domain: string;
}

// Quoted pairs and quoted text are ASCII but NUL, LF and CR (RFC 2821 section 4.1.2); a blank may stand in quotes.
const atoms = /^(?:\\(?![\0\n\r])\p{ASCII}|[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.])+/u;
const quoted = /^"((?:\\(?![\0\n\r])\p{ASCII}|(?![\0\t\n\r"\\])\p{ASCII})*)"/u;

const isDomain = (domain: string): boolean =>
  domain !== "" &&
  domain.split(".").every((part) => /^[\x21-\x7e]+$/.test(part)) &&
  !domain.includes("@");

/** Undefined when the text is no mailbox. */
export const parseMailbox = (text: string): Mailbox | undefined => {
  const inQuotes = quoted.exec(text);
  const match = inQuotes ?? atoms.exec(text);
  if (match === null) return undefined;
  const local = (inQuotes === null ? match[0] : match[1]!).replaceAll(/\\(.)/gs, "$1");
  // RFC 3696 section 3: a period neither begins nor ends an unquoted local part, nor stands twice.
  if (inQuotes === null && /^\.|\.$|\.\./.test(local)) return undefined;
  const rest = text.slice(match[0].length);
  const domain = rest.slice(1);
  return rest.startsWith("@") && isDomain(domain)
    ? { local, domain: lowerAscii(domain) }
    : undefined;
};

export const sameMailbox = (a: Mailbox, b: Mailbox): boolean =>
  a.local === b.local && a.domain === b.domain;

/** What OpenSSL compares: whatever stands before and behind the last "@". */
export const splitMailbox = (text: string): Mailbox | undefined => {
  const at = text.lastIndexOf("@");
  return at < 0 ? undefined : { local: text.slice(0, at), domain: lowerAscii(text.slice(at + 1)) };
};
