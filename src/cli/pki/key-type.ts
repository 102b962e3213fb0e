import type { KeySpec } from "../../core/model/key.ts";
import type { OptionDefinition } from "../command.ts";

const specs = {
  p256: { algorithm: "ec", curve: "P-256" },
  p384: { algorithm: "ec", curve: "P-384" },
  p521: { algorithm: "ec", curve: "P-521" },
  ed25519: { algorithm: "ed25519" },
  rsa2048: { algorithm: "rsa", bits: 2048 },
  rsa3072: { algorithm: "rsa", bits: 3072 },
  rsa4096: { algorithm: "rsa", bits: 4096 },
} as const satisfies Readonly<Record<string, KeySpec>>;

type KeyWord = keyof typeof specs;

const words = Object.keys(specs) as KeyWord[];

export const keyTypeOption = {
  flag: "-k, --key-type <type>",
  description: `kind of key to make: ${words.join(", ")}`,
  choices: words,
} as const satisfies OptionDefinition;

export const keySpec = (word: KeyWord): KeySpec => specs[word];

/** The word that would be typed for it. */
export const keyWord = (spec: KeySpec): string =>
  words.find((word) => JSON.stringify(specs[word]) === JSON.stringify(spec)) ?? spec.algorithm;
