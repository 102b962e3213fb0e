import { globMatches } from "../glob.ts";
import type { Rule } from "../rule.ts";

export const userIds: Rule = {
  name: "user-ids",
  demands: "the role allows every user id (the subject's UID attributes)",
  citation: "Vault role parameter allowed_user_ids",
  check: ({ names, role }) => {
    const refused = names.userIds.find(
      (id) =>
        !role.allowedUserIds.some(
          (allowed) =>
            allowed.toLowerCase() === id.toLowerCase() ||
            (allowed.includes("*") && globMatches(allowed, id)),
        ),
    );
    if (refused === undefined) return undefined;
    const allowed = [...role.allowedUserIds, refused];
    return {
      message: `user_id ${refused} is not allowed by this role`,
      wouldPass: `a role with allowed_user_ids=${allowed.join(",")}`,
      roleChange: { allowedUserIds: allowed },
    };
  },
};
