import type { Rule } from "./rule.ts";
import { commonName } from "./rules/common-name.ts";
import { commonNameRequired } from "./rules/common-name-required.ts";
import { csrSignature } from "./rules/csr-signature.ts";
import { dnsNames } from "./rules/dns-names.ts";
import { emails } from "./rules/emails.ts";
import { ipAddresses } from "./rules/ip-addresses.ts";
import { issuerIsCa } from "./rules/issuer-is-ca.ts";
import { issuerLifetime } from "./rules/issuer-lifetime.ts";
import { issuerSigns } from "./rules/issuer-signs.ts";
import { issuerUsages } from "./rules/issuer-usages.ts";
import { keySize } from "./rules/key-size.ts";
import { keyType } from "./rules/key-type.ts";
import { lifetime } from "./rules/lifetime.ts";
import { nameConstraints } from "./rules/name-constraints.ts";
import { nameForm } from "./rules/name-form.ts";
import { notBefore } from "./rules/not-before.ts";
import { otherNames } from "./rules/other-names.ts";
import { serverName } from "./rules/server-name.ts";
import { subjectLength } from "./rules/subject-length.ts";
import { subjectSerial } from "./rules/subject-serial.ts";
import { uris } from "./rules/uris.ts";
import { userIds } from "./rules/user-ids.ts";

/** All rules in the order of Vault's checks, so that a request with several faults gets Vault's answer; ours beyond Vault's behind them. */
export const rules: readonly Rule[] = [
  issuerIsCa,
  issuerSigns,
  keyType,
  keySize,
  commonNameRequired,
  nameForm,
  commonName,
  subjectSerial,
  dnsNames,
  emails,
  otherNames,
  ipAddresses,
  uris,
  notBefore,
  lifetime,
  issuerLifetime,
  userIds,
  subjectLength,
  serverName,
  issuerUsages,
  nameConstraints,
  csrSignature,
];
