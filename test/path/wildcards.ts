/**
 * Presented name, wanted name, what Go says and what OpenSSL says: the corners of RFC 6125 section 6.4.3 and those
 * that the two see differently. The suites ask both themselves.
 */
export const wildcards: readonly (readonly [
  presented: string,
  wanted: string,
  go: boolean,
  openssl: boolean,
])[] = [
  ["*.example.com", "a.example.com", true, true],
  ["*.example.com", "example.com", false, false],
  ["*.example.com", "a.b.example.com", false, false],
  ["*.example.com", "xn--bliss.example.com", true, true],
  ["*.example.com", "a_b.example.com", true, false],
  ["*.example.com", "-a.example.com", false, true],
  ["*.example.com", "*.example.com", true, true],
  ["*.example.com", "a.example.com.", true, false],
  ["*.example.com.", "a.example.com.", false, false],
  ["*.-example.com", "a.-example.com", false, false],
  ["etcd*.example.com", "etcd1.example.com", false, true],
  ["etcd*.example.com", "etcd.example.com", false, true],
  ["*1.example.com", "etcd1.example.com", false, true],
  ["e*1.example.com", "etcd1.example.com", false, false],
  ["-*.example.com", "-a.example.com", false, false],
  ["*-.example.com", "a-.example.com", false, false],
  ["a_*.example.com", "a_b.example.com", false, false],
  ["x*.example.com", "xn--bliss.example.com", false, false],
  ["xn--*.example.com", "xn--bliss.example.com", false, false],
  ["**.example.com", "a.example.com", false, false],
  ["*a*.example.com", "bab.example.com", false, false],
  ["a.*.example.com", "a.b.example.com", false, false],
  ["*.*.example.com", "a.b.example.com", false, false],
  ["*", "localhost", false, false],
  ["*.local", "etcd.local", true, false],
  ["etcd_1.example.com", "etcd_1.example.com", true, true],
  ["localhost.", "localhost", false, false],
  ["localhost", "localhost.", true, false],
];
