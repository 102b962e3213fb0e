const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const hostname = new RegExp(String.raw`^(?:\*\.)?(?:${label}\.)*${label}\.?$`);
const wildcardLabel = new RegExp(String.raw`^(?:${label})?\*(?:${label})?$`);

/** A host name as Vault means it, a leading "*." and a trailing dot allowed. */
export const isHostname = (name: string): boolean => hostname.test(name);

/** The left-most label of a wildcard name: "*", "*x", "x*" or "x*y". */
export const isWildcardLabel = (text: string): boolean => wildcardLabel.test(text);

export type ToAscii = ((name: string) => string | undefined) | undefined;

export type AsciiName = { readonly name: string } | { readonly fault: string };

/**
 * IDNA ToASCII with the DNS lengths checked (RFC 5890 section 2.3.2.1, RFC 1035 section 2.3.4), which leaves ASCII names
 * as they are. The fault is the text that Go's idna package gives, because Vault passes it on.
 */
export const asciiName = (name: string, toAscii: ToAscii): AsciiName => {
  // oxlint-disable-next-line no-control-regex -- all of ASCII is meant
  const ascii = /^[\u0000-\u007f]*$/.test(name) ? name : toAscii?.(name);
  if (ascii === undefined) return { fault: `idna: invalid label "${name}"` };
  const labels = ascii.split(".");
  // A trailing dot is the root label, which is empty.
  if (labels.length > 1 && labels.at(-1) === "") labels.pop();
  for (const one of labels) {
    if (one === "") return { fault: `idna: invalid label "${ascii}"` };
    if (one.length > 63) return { fault: `idna: invalid label "${one}"` };
  }
  const length = ascii.endsWith(".") ? ascii.length - 1 : ascii.length;
  return length > 253 ? { fault: `idna: invalid label "${ascii}"` } : { name: ascii };
};
