import { goDuration } from "../../text/duration.ts";
import type { Rule } from "../rule.ts";

export const notBefore: Rule = {
  name: "not-before",
  demands: "the role allows the not_before that was asked for",
  citation: "OpenBao's role parameter not_before_bound (openbao PR #1172)",
  check: ({ request, role, now }) => {
    if (request.notBefore === undefined || role.notBefore !== "") return undefined;
    if (role.notBeforeBound === "forbid") {
      return {
        message: "the not_before field is not allowed by this role",
        wouldPass: "a request without not_before; or a role with not_before_bound=permit",
        roleChange: { notBeforeBound: "permit" },
      };
    }
    if (
      role.notBeforeBound === "duration" &&
      request.notBefore < now - role.notBeforeDuration * 1000
    ) {
      return {
        message: `the not_before field lies more than ${goDuration(role.notBeforeDuration)} in the past, which this role does not allow`,
        wouldPass: "a later not_before; or a role with not_before_bound=permit",
        roleChange: { notBeforeBound: "permit" },
      };
    }
    return undefined;
  },
};
