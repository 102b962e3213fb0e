import type { Rule } from "../rule.ts";

export const nameForm: Rule = {
  name: "name-form",
  demands:
    "names can be written in DNS's form: labels of 1 to 63 letters, 253 in all, IDNA for others than ASCII",
  citation: "RFC 1035 section 2.3.4, RFC 5890 section 2.3.2.1",
  check: ({ names }) =>
    names.fault === undefined
      ? undefined
      : {
          message: names.fault,
          wouldPass:
            "a name without empty labels, none longer than 63 letters; or exclude_cn_from_sans=true for a common name that is no host name",
        },
};
