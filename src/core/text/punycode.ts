const base = 36;
const tMin = 1;
const tMax = 26;
const skew = 38;
const damp = 700;
const initialBias = 72;
const initialN = 128;

/** RFC 1035 section 2.3.4: a name is no longer, so that a hostile one costs nothing. */
const maxName = 255;

const digit = (value: number): string =>
  value < 26 ? String.fromCharCode(97 + value) : String.fromCharCode(22 + value);

const adapt = (delta: number, points: number, first: boolean): number => {
  let rest = first ? Math.floor(delta / damp) : delta >> 1;
  rest += Math.floor(rest / points);
  let k = 0;
  for (; rest > ((base - tMin) * tMax) >> 1; k += base) rest = Math.floor(rest / (base - tMin));
  return k + Math.floor(((base - tMin + 1) * rest) / (rest + skew));
};

/** One label in Punycode, without the prefix (RFC 3492 section 6.3). */
const encodeLabel = (label: string): string => {
  const points = [...label].map((character) => character.codePointAt(0)!);
  const basic = points.filter((point) => point < initialN);
  let output = basic.map((point) => String.fromCharCode(point)).join("");
  if (basic.length > 0) output += "-";
  let n = initialN;
  let delta = 0;
  let bias = initialBias;
  let handled = basic.length;
  while (handled < points.length) {
    const next = Math.min(...points.filter((point) => point >= n));
    delta += (next - n) * (handled + 1);
    n = next;
    for (const point of points) {
      if (point < n) delta += 1;
      if (point !== n) continue;
      let q = delta;
      for (let k = base; ; k += base) {
        const t = k <= bias ? tMin : k >= bias + tMax ? tMax : k - bias;
        if (q < t) break;
        output += digit(t + ((q - t) % (base - t)));
        q = Math.floor((q - t) / (base - t));
      }
      output += digit(q);
      bias = adapt(delta, handled + 1, handled === basic.length);
      delta = 0;
      handled += 1;
    }
    delta += 1;
    n += 1;
  }
  return output;
};

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

/**
 * A host name as DNS and certificates have it: labels beyond ASCII as A-labels, "bücher.example" as
 * "xn--bcher-kva.example"; in lower case and composed form, which is all of RFC 5895 that names of servers need.
 */
export const toAsciiName = (name: string): string =>
  name.length > maxName
    ? name
    : name
        .normalize("NFC")
        .toLowerCase()
        .split(".")
        .map((label) => (isAscii(label) ? label : `xn--${encodeLabel(label)}`))
        .join(".");
