import type { ClientSetup } from "../../core/diagnosis/endpoint.ts";
import type { Location } from "../../core/diagnosis/location.ts";

/** What a bearer token says of itself (RFC 7519 section 4.1); only its place when it is no JSON Web Token. */
export const claimsOf = (token: string, source: Location): NonNullable<ClientSetup["token"]> => {
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token)?.[1];
  const claims = payload === undefined ? {} : parsed(payload);
  const { iss, sub, exp, aud } = claims;
  return {
    audiences: (Array.isArray(aud) ? aud : [aud]).filter((one) => typeof one === "string"),
    source,
    ...(typeof iss === "string" ? { issuer: iss } : {}),
    ...(typeof sub === "string" ? { subject: sub } : {}),
    // NumericDate: seconds.
    ...(typeof exp === "number" ? { expiresAt: exp * 1000 } : {}),
  };
};

const parsed = (payload: string): Readonly<Record<string, unknown>> => {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null ? { ...claims } : {};
  } catch {
    // An opaque token says nothing of itself.
    return {};
  }
};
