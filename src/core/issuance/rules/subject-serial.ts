import { globMatches } from "../glob.ts";
import type { Rule } from "../rule.ts";

export const subjectSerial: Rule = {
  name: "subject-serial",
  demands: "the role allows the subject's serialNumber",
  citation: "Vault role parameter allowed_serial_numbers",
  check: ({ names, role }) => {
    const serial = names.serialNumber;
    if (
      serial === "" ||
      role.allowedSerialNumbers.some((p) => p !== "" && globMatches(p, serial))
    ) {
      return undefined;
    }
    const allowed = [...role.allowedSerialNumbers, serial];
    return {
      message: `serial_number ${serial} not allowed by this role`,
      wouldPass: `a request without serial_number; or a role with allowed_serial_numbers=${allowed.join(",")}`,
      roleChange: { allowedSerialNumbers: allowed },
    };
  },
};
