import type { IssueOrder, SignOrder } from "../../engine/authority/authority.ts";

type Words = readonly (readonly [vault: RegExp, here: string])[];

const always: Words = [
  [/\bttl\b/g, "--ttl"],
  [/\bkey_type=ec \(or rsa, ed25519\)/g, "--key-type p256 (or rsa2048, ed25519)"],
];
const namesInFlags: Words = [
  [/\balt_names\b/g, "--dns"],
  [/\bip_sans\b/g, "--ip"],
];
const namesInRequest: Words = [
  [/\balt_names\b/g, "DNS names"],
  [/\bip_sans\b/g, "IP addresses"],
];
const commonNameInFlags: Words = [[/\bcommon_name\b/g, "--cn"]];
const commonNameInRequest: Words = [[/\bcommon_name\b/g, "a common name"]];

/**
 * What would pass, in words of whoever typed the order. The rules speak of requests as Vault's API does, whose words
 * nobody can type here; a role's fields are typed as they are, so what would have to change in a role stays.
 */
export const adviceFor = (order: IssueOrder | SignOrder, wouldPass: string): string => {
  const signing = "request" in order;
  const fields = order.role?.fields;
  const words = [
    ...always,
    ...(signing && fields?.useCsrSans !== false ? namesInRequest : namesInFlags),
    ...(signing && fields?.useCsrCommonName !== false ? commonNameInRequest : commonNameInFlags),
  ];
  return (
    wouldPass
      .split("; or ")
      // A parameter of Vault's requests for which there is no flag.
      .filter((way) => !way.startsWith("exclude_cn_from_sans="))
      .map((way) =>
        way.startsWith("a role ")
          ? way
          : words.reduce((text, [vault, here]) => text.replaceAll(vault, here), way),
      )
      .join("; or ")
  );
};
