import { parseIp } from "../x509/ip.ts";
import type { ReferenceName } from "../x509/path.ts";

/** What kind of name a word is, as a client would dial it: an address, a URI, a mailbox, else a host. */
export const referenceName = (word: string): ReferenceName => {
  if (parseIp(word) !== undefined) return { kind: "ip", value: word };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) return { kind: "uri", value: word };
  if (word.includes("@")) return { kind: "email", value: word };
  return { kind: "dns", value: word };
};
