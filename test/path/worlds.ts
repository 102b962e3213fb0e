import * as fc from "fast-check";
import type {
  BasicConstraints,
  Extension,
  KeyUsage,
  NameConstraints,
} from "../../src/core/model/certificate.ts";
import type { GeneralName } from "../../src/core/model/name.ts";
import type { ExtensionsTemplate } from "../../src/core/model/template.ts";
import { parseIp, parseIpRange } from "../../src/core/x509/ip.ts";
import { purpose } from "../../src/core/x509/oids.ts";
import type { Usage } from "../../src/core/x509/path.ts";
import { keyMaker } from "../../src/adapters/crypto/node-keys.ts";
import type { Question } from "./question.ts";
import { day, issue, now, type Entity } from "./workshop.ts";

/** Few keys and few names, so that they meet: cross-signs, rollovers and circles come by themselves. */
const keys = (
  [
    { algorithm: "ec", curve: "P-256" },
    { algorithm: "ec", curve: "P-384" },
    { algorithm: "ed25519" },
    { algorithm: "rsa", bits: 2048 },
  ] as const
).map((spec) => keyMaker.generate(spec));

const dns = (value: string): GeneralName => ({ kind: "dns", value });
const uri = (value: string): GeneralName => ({ kind: "uri", value });
const email = (value: string): GeneralName => ({ kind: "email", value });
const ip = (value: string): GeneralName => ({ kind: "ip", value, bytes: parseIp(value)! });
const range = (value: string): GeneralName => ({ kind: "ip", value, bytes: parseIpRange(value)! });

const readable: readonly GeneralName[] = [
  dns("a.example.com"),
  dns("A.Example.com"),
  dns("*.example.com"),
  dns("*.a.example.com"),
  dns("example.com"),
  dns("10.0.0.1"),
  ip("10.0.0.1"),
  ip("10.1.0.1"),
  ip("2001:db8::1"),
  email("ops@example.com"),
  email("ops@a.example.com"),
  email("OPS@example.com"),
  uri("spiffe://example.com/a"),
  uri("https://a.example.com:8443/x?y"),
  uri("https://user@a.example.com/"),
];

const alternativeNames: readonly GeneralName[] = [
  ...readable,
  dns("a*.example.com"),
  dns("a.example.com."),
  dns(".example.com"),
  dns("a..example.com"),
  dns("a b"),
  dns(""),
  email("not a mailbox"),
  email('"a b"@example.com'),
  email("a..b@example.com"),
  email("a@"),
  uri("urn:uuid:1"),
  uri("https://10.0.0.1/"),
  uri("https://[::1]/"),
  uri("https://a b/"),
  uri("https://a.example.com:x/"),
  uri("//a.example.com/"),
  uri("%zz"),
  { kind: "registeredId", oid: "1.2.3.4" },
];

const bases: readonly GeneralName[] = [
  dns("example.com"),
  dns(".example.com"),
  dns("a.example.com"),
  dns("b.a.example.com"),
  dns(""),
  dns("com"),
  range("10.0.0.0/8"),
  range("10.0.0.1/32"),
  range("0.0.0.0/0"),
  range("2001:db8::/32"),
  email("example.com"),
  email(".example.com"),
  email("ops@example.com"),
  uri("example.com"),
  uri(".example.com"),
  { kind: "registeredId", oid: "1.2.3.4" },
];

const purposes = [
  purpose.serverAuth,
  purpose.clientAuth,
  purpose.any,
  purpose.codeSigning,
  "1.2.3.4.5",
];
const policyOids = ["2.5.29.32.0", "1.2.3.1", "1.2.3.2"];

/** DER of PolicyConstraints with requireExplicitPolicy, and of InhibitAnyPolicy. */
const requireExplicit = (skip: number) => ({
  oid: "2.5.29.36",
  critical: true,
  value: Uint8Array.of(0x30, 3, 0x80, 1, skip),
});
const inhibitAny = (skip: number) => ({
  oid: "2.5.29.54",
  critical: true,
  value: Uint8Array.of(2, 1, skip),
});

interface Place {
  readonly name: number;
  readonly key: number;
}

/** One time in `times`, else nothing. */
const oneIn = <T>(times: number, some: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { weight: times - 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: some },
  );

/** `usual` but one time in `times`. */
const mostly = <T>(
  times: number,
  usual: fc.Arbitrary<T>,
  else_: fc.Arbitrary<T>,
): fc.Arbitrary<T> =>
  fc.oneof({ weight: times - 1, arbitrary: usual }, { weight: 1, arbitrary: else_ });

interface Choices {
  readonly basic: BasicConstraints | undefined;
  readonly usage: readonly KeyUsage[] | undefined;
  readonly extended: readonly string[] | undefined;
  readonly names: readonly GeneralName[] | undefined;
  readonly constraints: NameConstraints | undefined;
  readonly policies: readonly string[] | undefined;
  readonly other: readonly Extension[];
}

const asTemplate = (chosen: Choices): ExtensionsTemplate => {
  const { basic, usage, extended, names = [], constraints, policies, other } = chosen;
  const { permitted = [], excluded = [] } = constraints ?? {};
  return {
    ...(basic === undefined ? {} : { basicConstraints: basic }),
    ...(usage === undefined ? {} : { keyUsage: usage }),
    ...(extended === undefined ? {} : { extendedKeyUsage: extended }),
    ...(names.length === 0 ? {} : { subjectAltName: names }),
    ...(permitted.length + excluded.length === 0
      ? {}
      : { nameConstraints: { permitted, excluded } }),
    ...(policies === undefined ? {} : { policies: policies.map((oid) => ({ oid })) }),
    other,
  };
};

const someNames: fc.Arbitrary<GeneralName[]> = mostly<GeneralName[]>(
  5,
  fc.subarray([...readable], { minLength: 1, maxLength: 5 }),
  fc.subarray([...alternativeNames], { minLength: 1, maxLength: 3 }),
);

const someConstraints = mostly<NameConstraints>(
  4,
  fc.record({
    permitted: fc.subarray(bases.slice(0, -1), { minLength: 1, maxLength: 12 }),
    excluded: mostly<GeneralName[]>(
      3,
      fc.constant([]),
      fc.subarray(bases.slice(0, -1), { maxLength: 2 }),
    ),
  }),
  fc.record({
    permitted: fc.subarray([...bases], { maxLength: 2 }),
    excluded: fc.subarray([...bases], { maxLength: 2 }),
  }),
);

const someOther: fc.Arbitrary<Extension[]> = fc.constantFrom(
  [requireExplicit(0)],
  [requireExplicit(1)],
  [inhibitAny(0)],
  [inhibitAny(1)],
  [requireExplicit(0), inhibitAny(0)],
  [{ oid: "1.2.3.4.5.6", critical: false, value: Uint8Array.of(5, 0) }],
  [{ oid: "1.2.3.4.5.6", critical: true, value: Uint8Array.of(5, 0) }],
);

/** Mostly right, so that chains come about, and now and then wrong in one thing or another. */
const extensionsOf = (isCa: boolean): fc.Arbitrary<ExtensionsTemplate> =>
  fc
    .record<Choices>({
      basic: fc.oneof(
        { weight: 20, arbitrary: fc.constant(isCa ? { ca: true } : undefined) },
        {
          weight: 4,
          arbitrary: fc.integer({ min: 0, max: 2 }).map((pathLength) => ({ ca: true, pathLength })),
        },
        { weight: 1, arbitrary: fc.constantFrom(undefined, { ca: false }) },
      ),
      usage: mostly<readonly KeyUsage[] | undefined>(
        20,
        fc.constant(isCa ? ["keyCertSign" as const] : undefined),
        fc.constantFrom<KeyUsage[] | undefined>(undefined, ["digitalSignature"], ["keyAgreement"]),
      ),
      extended: mostly<readonly string[] | undefined>(
        isCa ? 8 : 2,
        fc.constant(undefined),
        fc.subarray(purposes, { minLength: 1, maxLength: 3 }),
      ),
      names: isCa
        ? oneIn(12, someNames)
        : mostly<GeneralName[] | undefined>(12, someNames, fc.constant(undefined)),
      constraints: isCa ? oneIn(3, someConstraints) : fc.constant(undefined),
      policies: mostly<readonly string[] | undefined>(
        2,
        fc.constant(undefined),
        fc.subarray(policyOids, { minLength: 1 }),
      ),
      other: mostly(8, fc.constant<Extension[]>([]), someOther),
    })
    .map(asTemplate);

const dates = mostly<{ notAfter?: number; notBefore?: number }>(
  25,
  fc.constant({}),
  fc.constantFrom<{ notAfter?: number; notBefore?: number }>(
    { notAfter: now - day },
    { notBefore: now + day },
    { notAfter: now },
  ),
);

/** A CA's name has its own key but for one in six: a rollover, or somebody else of that name. */
const place = fc
  .record({ name: fc.integer({ min: 0, max: 3 }), other: oneIn(6, fc.integer({ min: 0, max: 3 })) })
  .map(({ name, other }): Place => ({ name, key: other ?? name }));

/** A certificate says who it is and who signed; both by place, so that a signer need not exist as a certificate. */
const caWish = fc.record({
  subject: place,
  issuer: place,
  extensions: extensionsOf(true),
  dates,
  trusted: fc.boolean(),
});

const world = fc.record({
  cas: fc.array(caWish, { minLength: 1, maxLength: 9 }),
  root: place,
  leaf: fc.record({ issuer: place, extensions: extensionsOf(false), dates }),
  usages: fc.subarray<Usage>(["serverAuth", "clientAuth", "any"], { minLength: 1, maxLength: 2 }),
  name: mostly<string | undefined>(
    4,
    fc.constant(undefined),
    fc.constantFrom(
      "a.example.com",
      "b.example.com",
      "A.EXAMPLE.com",
      "a.example.com.",
      "10.0.0.1",
      "2001:db8:0::1",
      "[10.0.0.1]",
      "x.a.example.com",
    ),
  ),
});

/** A signer for each place; signing needs its name and key only. */
const signers = new Map<string, Entity>();

const asEntity = (spot: Place): Entity => {
  const id = `${spot.name}/${spot.key}`;
  const known = signers.get(id) ?? issue({ subject: `CN=ca-${spot.name}`, key: keys[spot.key]! });
  signers.set(id, known);
  return known;
};

const same = (a: Place, b: Place): boolean => a.name === b.name && a.key === b.key;

const certify = (
  subject: string,
  spot: Place | undefined,
  issuer: Place,
  extensions: ExtensionsTemplate,
  when: object,
): Entity => {
  const own = spot !== undefined && same(spot, issuer);
  return issue({
    subject,
    ...(spot === undefined ? {} : { key: keys[spot.key]! }),
    ...(own ? {} : { issuer: asEntity(issuer) }),
    extensions,
    ...when,
  });
};

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

const questionOf = (w: World, index: number): Question => {
  const made = w.cas.map((one) => ({
    trusted: one.trusted && same(one.subject, one.issuer),
    der: certify(`CN=ca-${one.subject.name}`, one.subject, one.issuer, one.extensions, one.dates)
      .certificate.der,
  }));
  const root = certify(
    `CN=ca-${w.root.name}`,
    w.root,
    w.root,
    { basicConstraints: { ca: true } },
    {},
  );
  const leaf = certify("CN=leaf", undefined, w.leaf.issuer, w.leaf.extensions, w.leaf.dates);
  return {
    id: `go/world-${index}`,
    leaf: leaf.certificate.der,
    intermediates: made.filter((one) => !one.trusted).map((one) => one.der),
    anchors: [root.certificate.der, ...made.filter((one) => one.trusted).map((one) => one.der)],
    at: now,
    ...(w.name === undefined ? {} : { name: w.name }),
    usages: w.usages,
  };
};

/** Small public key infrastructures, reproducible from the seed but for their keys. */
export const worlds = (count: number, seed: number): Question[] =>
  fc.sample(world, { numRuns: count, seed }).map(questionOf);
