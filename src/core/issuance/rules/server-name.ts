import { extendedUsagesOf } from "../key-purposes.ts";
import { purpose } from "../../x509/oids.ts";
import type { Rule } from "../rule.ts";

export const serverName: Rule = {
  name: "server-name",
  demands: "a certificate for a server has a DNS name, IP address or URI",
  citation: "RFC 6125 section 6.4.4; Go 1.15 release notes (common names are ignored)",
  check: ({ names, role, settings }) => {
    if (settings.serverNameRequired !== true) return undefined;
    if (!extendedUsagesOf(role).includes(purpose.serverAuth)) return undefined;
    if (names.dns.length + names.ips.length + names.uris.length > 0) return undefined;
    return {
      message:
        "the certificate would name no DNS name or IP address: no client accepts such a server",
      wouldPass: "a request with alt_names or ip_sans that clients connect to",
    };
  },
};
