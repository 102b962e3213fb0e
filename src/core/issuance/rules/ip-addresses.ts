import { parseIpRange } from "../../x509/ip.ts";
import type { Rule } from "../rule.ts";

const contains = (range: Uint8Array, address: Uint8Array): boolean =>
  range.length === 2 * address.length &&
  address.every((octet, i) => (octet & range[address.length + i]!) === range[i]);

/**
 * Addresses of signing requests are held against allowed_ip_sans_cidr too: OpenBao forgot that until 2.6.2
 * (CVE-2026-115369).
 */
export const ipAddresses: Rule = {
  name: "ip-addresses",
  demands: "the role allows IP addresses, and these ones",
  citation: "Vault role parameter allow_ip_sans, OpenBao's allowed_ip_sans_cidr",
  check: ({ names, role }) => {
    if (names.ips.length === 0) return undefined;
    if (!role.allowIpSans) {
      return {
        message: `IP Subject Alternative Names are not allowed in this role, but was provided ${names.fromCsr ? "some via CSR" : "via the API"}`,
        wouldPass: "a request without IP addresses; or a role with allow_ip_sans=true",
        roleChange: { allowIpSans: true },
      };
    }
    const wrong = names.ips.find((ip) => ip.bytes === undefined);
    if (wrong !== undefined) {
      return {
        message: `the value ${JSON.stringify(wrong.text)} is not a valid IP address`,
        wouldPass: "an address such as 192.0.2.10 or 2001:db8::10",
      };
    }
    if (role.allowedIpSansCidr.length === 0) return undefined;
    const ranges = role.allowedIpSansCidr.map(parseIpRange).filter((range) => range !== undefined);
    const outside = names.ips.find((ip) => !ranges.some((range) => contains(range, ip.bytes!)));
    if (outside === undefined) return undefined;
    const change = [
      ...role.allowedIpSansCidr,
      `${outside.text}/${outside.bytes!.length === 4 ? 32 : 128}`,
    ];
    return {
      message: `the IP address "${outside.text}" is not allowed in this role`,
      wouldPass: `an address in ${role.allowedIpSansCidr.join(", ")}; or a role with allowed_ip_sans_cidr=${change.join(",")}`,
      roleChange: { allowedIpSansCidr: change },
    };
  },
};
