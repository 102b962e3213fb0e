import type { Digest } from "../src/core/model/inventory.ts";

/**
 * 64 hexadecimal digits that stand for a text. Not cryptographic: in the simulated world nobody forges,
 * and a SHA-256 written here would only cost time. Four lanes of MurmurHash3's finaliser over 32-bit words.
 */
export const symbolicDigest = (text: string): Digest => {
  let a = 0x6a09e667;
  let b = 0xbb67ae85;
  let c = 0x3c6ef372;
  let d = 0xa54ff53a;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x85ebca6b);
    b = Math.imul(b ^ (code + (a >>> 15)), 0xc2b2ae35);
    c = Math.imul(c ^ (code + (b >>> 13)), 0x27d4eb2f);
    d = Math.imul(d ^ (code + (c >>> 16)), 0x165667b1);
  }
  const words = [a, b, c, d].map((word) => finish(word ^ text.length));
  const mixed = words.map((word, index) => finish(word ^ words[(index + 1) % 4]!));
  return [...words, ...mixed].map(hex).join("") as Digest;
};

const finish = (word: number): number => {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
};

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");
