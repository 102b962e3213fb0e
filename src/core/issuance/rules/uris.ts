import { globMatches } from "../glob.ts";
import type { Rule } from "../rule.ts";

/** RFC 3986 section 3: a scheme and something behind it; spaces and controls never. */
const uriForm = /^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s]+$/;

export const uris: Rule = {
  name: "uris",
  demands: "the role allows every URI, by a glob over its whole text",
  citation: "Vault role parameter allowed_uri_sans",
  check: ({ names, role, settings }) => {
    if (names.uris.length === 0) return undefined;
    const source = names.fromCsr ? "via CSR" : "via the API";
    const change = (uri: string) => [...role.allowedUriSans, uri];
    if (role.allowedUriSans.length === 0) {
      return {
        message: `URI Subject Alternative Names are not allowed in this role, but were provided ${source}`,
        wouldPass: `a request without URIs; or a role with allowed_uri_sans=${names.uris.join(",")}`,
        roleChange: { allowedUriSans: names.uris },
      };
    }
    const globs = role.allowedUriSans.map((allowed) =>
      role.allowedUriSansTemplate && allowed.includes("{{")
        ? settings.identity?.(allowed)
        : allowed,
    );
    for (const uri of names.uris) {
      if (!globs.some((glob) => glob !== undefined && globMatches(glob, uri))) {
        return {
          message: `URI Subject Alternative Names were provided ${source} which are not valid for this role`,
          wouldPass: `a URI like ${role.allowedUriSans.join(" or ")} instead of ${uri}; or a role with allowed_uri_sans=${change(uri).join(",")}`,
          roleChange: { allowedUriSans: change(uri) },
        };
      }
      if (!names.fromCsr && !uriForm.test(uri)) {
        return {
          message: `the provided URI Subject Alternative Name ${JSON.stringify(uri)} is not a valid URI`,
          wouldPass: "a URI with its scheme, such as spiffe://example.org/ns/default/sa/web",
        };
      }
    }
    return undefined;
  },
};
