import { define } from "./definition.ts";

const within = (where: string | undefined): string => (where === undefined ? "" : `${where}: `);

export const issuanceErrors = {
  "issuance.refused": define<{
    rule: string;
    message: string;
    wouldPass: string;
    citation?: string;
  }>({
    message: (p) => p.message,
    hint: (p) => `would pass: ${p.wouldPass} (rule ${p.rule})`,
    retry: "never",
    exit: 1,
  }),
  "issuance.no-profile": define<{ name: string; nearest?: string; known: readonly string[] }>({
    message: (p) => `there is no built-in profile "${p.name}"`,
    hint: (p) =>
      p.nearest === undefined
        ? `the profiles are ${p.known.join(", ")}`
        : `did you mean "${p.nearest}"?`,
    retry: "never",
    exit: 2,
  }),
  "issuance.profile-fixes": define<{
    profile: string;
    field: string;
    value: string;
    fixed: string;
    why: string;
  }>({
    message: (p) =>
      `profile ${p.profile} fixes the ${p.field} as "${p.fixed}", but "${p.value}" was asked for`,
    hint: (p) => `leave the ${p.field} out: ${p.why}`,
    retry: "never",
    exit: 2,
  }),
  "issuance.profile-needs": define<{ profile: string; field: string; example: string }>({
    message: (p) => `profile ${p.profile} needs a ${p.field}`,
    hint: (p) => `give one, for example ${p.example}`,
    retry: "never",
    exit: 2,
  }),
  "issuance.serial-short": define<{ octets: number }>({
    message: (p) => `a serial number needs 20 random octets, but there are ${p.octets}`,
    retry: "never",
    exit: 1,
  }),
  "role.unreadable": define<{ where: string; why: string }>({
    message: (p) => `${p.where}: is neither JSON nor YAML: ${p.why}`,
    hint: () => "a role from Vault: vault read -format=json -field=data pki/roles/NAME > role.json",
    retry: "never",
    exit: 1,
  }),
  "role.not-an-object": define<{ where?: string; found: string }>({
    message: (p) => `${within(p.where)}a role is an object of fields, but this is ${p.found}`,
    hint: () => 'write it like {"allowed_domains": ["example.com"], "allow_subdomains": true}',
    retry: "never",
    exit: 1,
  }),
  "role.unknown-field": define<{ where?: string; field: string; nearest?: string }>({
    message: (p) => `${within(p.where)}a role has no field "${p.field}"`,
    hint: (p) => (p.nearest === undefined ? undefined : `did you mean "${p.nearest}"?`),
    retry: "never",
    exit: 1,
  }),
  "role.invalid-value": define<{
    where?: string;
    field: string;
    value: string;
    expected: string;
    nearest?: string;
  }>({
    message: (p) => `${within(p.where)}${p.field}: ${p.value} is not ${p.expected}`,
    hint: (p) => (p.nearest === undefined ? undefined : `did you mean "${p.nearest}"?`),
    retry: "never",
    exit: 1,
  }),
};
