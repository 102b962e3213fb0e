import type { Right } from "../discovery/rights.ts";

/** Whose token an API server is asked for: every namespace has this ServiceAccount, and in this one nobody gives it anything to do. */
export const probedAccount = { namespace: "kube-public", name: "default" } as const;

/** An API server's own list of the keys whose tokens it accepts: made of the very keys that its authenticator has. */
export const keySetPath = "/openid/v1/jwks";

/** What has to be allowed to whoever changes the key of tokens, and proves that it is. */
export const tokenRights: readonly Right[] = [
  { verb: "list", group: "", resource: "secrets" },
  { verb: "list", group: "", resource: "pods" },
  { verb: "create", group: "authentication.k8s.io", resource: "tokenreviews" },
  { verb: "get", path: keySetPath },
  { verb: "create", group: "", resource: "serviceaccounts/token", ...probedAccount },
];
