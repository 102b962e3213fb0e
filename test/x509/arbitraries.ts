import * as fc from "fast-check";
import type {
  AuthorityKeyIdentifier,
  DistributionPoint,
  KeyUsage,
} from "../../src/core/model/certificate.ts";
import type { GeneralName } from "../../src/core/model/name.ts";
import type { ExtensionsTemplate, SubjectTemplate } from "../../src/core/model/template.ts";
import { formatIp, formatIpRange } from "../../src/core/x509/ip.ts";
import { attribute, purpose } from "../../src/core/x509/oids.ts";
import { keyUsageBits } from "../../src/core/x509/read-extensions.ts";
import { instantOf } from "../../src/core/x509/time.ts";
import { encodeName } from "../../src/core/x509/write-name.ts";

/** Everything that certwright can write, in the form in which it is read again. */

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });

/** Any text that UTF-8 can hold: no lone surrogates. */
const text = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((s) => s.isWellFormed());

const ascii = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 40 });

export const oid = fc
  .tuple(
    fc.constantFrom("0.9", "1.2", "1.3", "2.5", "2.999", "2.16"),
    fc.array(fc.bigInt({ min: 0n, max: 2n ** 70n }), { minLength: 1, maxLength: 8 }),
  )
  .map(([root, arcs]) => `${root}.${arcs.join(".")}`);

const nameAttribute = fc.oneof(
  fc.record({
    oid: fc.constantFrom(attribute.CN, attribute.O, attribute.OU, attribute.L, "1.2.3.4"),
    value: text,
    tag: fc.constant(12),
  }),
  fc.record({
    oid: fc.constant(attribute.C),
    value: fc.stringMatching(/^[A-Z]{2}$/),
    tag: fc.constant(19),
  }),
  fc.record({ oid: fc.constant(attribute.emailAddress), value: ascii, tag: fc.constant(22) }),
  fc.record({
    oid: fc.constant(attribute.O),
    value: fc.stringMatching(/^[A-Za-z0-9 :.]{1,20}$/),
    tag: fc.constant(19),
  }),
  fc.record({
    oid: fc.constant(attribute.O),
    value: text.filter((s) => [...s].every((c) => c.length === 1)),
    tag: fc.constant(30),
  }),
);

/** One attribute a set: with several, reading gives them in DER's order, not in the order written. */
export const subject: fc.Arbitrary<SubjectTemplate> = fc.array(
  nameAttribute.map((a) => [a]),
  { maxLength: 5 },
);

export const generalName: fc.Arbitrary<GeneralName> = fc.oneof(
  fc.record({ kind: fc.constant("dns" as const), value: ascii }),
  fc.record({ kind: fc.constant("email" as const), value: ascii }),
  fc.record({ kind: fc.constant("uri" as const), value: ascii }),
  fc
    .oneof(bytes(4, 4), bytes(16, 16))
    .map((b): GeneralName => ({ kind: "ip", bytes: b, value: formatIp(b) ?? "" })),
  oid.map((o): GeneralName => ({ kind: "registeredId", oid: o })),
  subject.map((rdns): GeneralName => ({
    kind: "directory",
    name: {
      der: encodeName(rdns),
      rdns: rdns.map((rdn) => rdn.map((a) => ({ oid: a.oid, value: a.value, tag: a.tag ?? 12 }))),
    },
  })),
  fc.tuple(oid, fc.stringMatching(/^[a-z@.]{1,12}$/)).map(([o, value]): GeneralName => ({
    kind: "other",
    oid: o,
    value: Uint8Array.of(12, value.length, ...new TextEncoder().encode(value)),
    text: value,
  })),
);

const constraint: fc.Arbitrary<GeneralName> = fc.oneof(
  fc.record({ kind: fc.constant("dns" as const), value: ascii }),
  fc
    .tuple(fc.constantFrom(4, 16), fc.nat(128), bytes(16, 16))
    .map(([size, prefix, address]): GeneralName => {
      const range = new Uint8Array(size * 2);
      for (let bit = 0; bit < Math.min(prefix, size * 8); bit++)
        range[size + (bit >> 3)]! |= 0x80 >> (bit & 7);
      for (let i = 0; i < size; i++) range[i] = address[i]! & range[size + i]!;
      return { kind: "ip", bytes: range, value: formatIpRange(range) ?? "" };
    }),
);

const names = fc.array(generalName, { minLength: 1, maxLength: 6 });

const keyUsage = fc.subarray([...keyUsageBits], { minLength: 1 }) as fc.Arbitrary<KeyUsage[]>;

const serialText = bytes(1, 19)
  .filter((b) => b[0] !== 0)
  .map((b) => Buffer.from(b).toString("hex"));

const authorityKeyIdentifier: fc.Arbitrary<AuthorityKeyIdentifier> = fc.oneof(
  bytes(1, 32).map((keyIdentifier) => ({ keyIdentifier })),
  fc.record({ issuer: names, serial: serialText }),
  fc.record({ keyIdentifier: bytes(1, 32), issuer: names, serial: serialText }),
);

const point: fc.Arbitrary<DistributionPoint> = fc.record({
  fullName: names,
  crlIssuer: fc.oneof(fc.constant([]), names),
});

export const extensions: fc.Arbitrary<ExtensionsTemplate> = fc.record(
  {
    basicConstraints: fc.oneof(
      fc.constant({ ca: false }),
      fc.constant({ ca: true }),
      fc.nat(300).map((pathLength) => ({ ca: true, pathLength })),
    ),
    keyUsage,
    extendedKeyUsage: fc.array(fc.oneof(fc.constantFrom(...Object.values(purpose)), oid), {
      minLength: 1,
      maxLength: 4,
    }),
    subjectAltName: names,
    subjectKeyIdentifier: bytes(1, 32),
    authorityKeyIdentifier,
    nameConstraints: fc
      .record({
        permitted: fc.array(constraint, { maxLength: 3 }),
        excluded: fc.array(constraint, { maxLength: 3 }),
      })
      .filter((c) => c.permitted.length + c.excluded.length > 0),
    crlDistributionPoints: fc.array(point, { minLength: 1, maxLength: 2 }),
    authorityInfoAccess: fc.array(fc.record({ method: oid, location: generalName }), {
      minLength: 1,
      maxLength: 3,
    }),
    policies: fc
      .uniqueArray(oid, { minLength: 1, maxLength: 3 })
      .map((oids) => oids.map((o) => ({ oid: o }))),
    other: fc
      .uniqueArray(oid, { minLength: 1, maxLength: 3 })
      .chain((oids) =>
        fc.tuple(
          ...oids.map((o) =>
            fc.record({ oid: fc.constant(`${o}.1`), critical: fc.boolean(), value: bytes(0, 300) }),
          ),
        ),
      ),
  },
  { requiredKeys: [] },
);

/** 1 to 20 octets as an INTEGER. */
export const serial = bytes(1, 19).filter((b) => b.some((octet) => octet !== 0));

/** Whole seconds in the years 0 to 9999, more of them near 2050, where the form changes. */
export const instant = fc
  .oneof(
    fc.integer({ min: instantOf(0, 1, 1) / 1000, max: instantOf(9999, 12, 31, 23, 59, 59) / 1000 }),
    fc.integer({ min: instantOf(2049, 12, 31) / 1000, max: instantOf(2050, 1, 2) / 1000 }),
    fc.integer({ min: instantOf(1950, 1, 1) / 1000, max: instantOf(2050, 1, 2) / 1000 }),
  )
  .map((seconds) => seconds * 1000);
