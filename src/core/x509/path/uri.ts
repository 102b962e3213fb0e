import { parseIp } from "../ip.ts";
import { lowerAscii } from "./host-names.ts";

/** The host of a URI in lower case, without user and port (RFC 3986 section 3.2); undefined when it has no authority. */
export const hostOfUri = (uri: string): string | undefined => {
  const match =
    /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::[0-9]*)?(?=[/?#]|$)/.exec(
      uri,
    );
  return match === null || match[1] === "" ? undefined : lowerAscii(match[1]!);
};

/** RFC 5280 section 4.2.1.10: constraints are on host names; an address in their place cannot be compared. */
export const isAddressHost = (host: string): boolean =>
  host.startsWith("[") || parseIp(host) !== undefined;
