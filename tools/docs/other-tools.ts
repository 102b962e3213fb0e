/** What other tools made of the faults of the lab: measured once, by hand, each with all options it has for the task. */

import type { FaultId } from "../../src/core/diagnosis/fault-id.ts";

/** The columns, with the version that was measured. */
export const tools = [
  "Node 20.20 `tls`",
  "openssl 3.0.19 `s_client`",
  "`s_client` with `-verify_return_error -verify_hostname`",
  "curl 7.88",
  "Go 1.26 `net/http`",
  "etcdctl 3.4.23",
  "etcdctl 3.6.16",
  "Java 17",
  "rustls 0.23",
  "gnutls-cli 3.7.9",
  "step `certificate verify`",
  "blackbox_exporter",
  "cfssl `certinfo`",
  "sslscan 2.0.7",
  "sslyze 6.3.1",
  "testssl.sh 3.0.8",
] as const;

/** The letters of a row. */
export const verdicts = {
  N: "named: its output says what is wrong",
  P: "in part: true, but several causes share the text, or it does not say whose certificate",
  M: "misled: the text points elsewhere or says nothing",
  S: "silent: it reports success",
  H: "hung: no end of its own within 12 s (sslyze 40 s, testssl.sh 60 s)",
} as const;

/** The id that is expected, the test below test/real that makes the situation, and a letter per tool. */
export const measured: readonly (readonly [id: FaultId, test: string, letters: string])[] = [
  ["net.refused", "faults/cases/net/refused.ts", "NNNNNMNNNNNNNNNN"],
  ["net.filtered", "doctor/never-hang.test.ts", "HHHPPPPNNHHPNHNN"],
  ["net.silent-after-connect", "faults/cases/net/silent-after-connect.ts", "HHHPPPPNMHHPPHHH"],
  [
    "proto.server-plaintext-http",
    "faults/cases/proto/server-plaintext-http.ts",
    "PPPPNMPPPPPNPMMN",
  ],
  [
    "proto.version-server-too-old",
    "faults/cases/proto/version-server-too-old.ts",
    "NPPPNMNNNPNNNNSM",
  ],
  ["proto.sni-default-cert", "faults/cases/proto/sni-default-cert.ts", "PNNPPMPPPPPPSSNN"],
  ["trust.unknown-ca", "faults/cases/trust/unknown-ca.ts", "NNNNNMNNNNNNSSNN"],
  ["trust.ca-key-changed", "faults/cases/trust/ca-key-changed.ts", "PPPPNMNPNPNNSSNP"],
  ["trust.missing-intermediate", "faults/cases/trust/missing-intermediate.ts", "PPPPPMPPPPPPSSPN"],
  [
    "trust.anchor-is-intermediate",
    "faults/cases/trust/anchor-is-intermediate.ts",
    "PPPSSSSSSSSSSSSP",
  ],
  ["trust.ca-file-is-leaf", "faults/cases/trust/ca-file-is-leaf-own.ts", "PPPPPMPPPPPPSSPP"],
  ["trust.leaf-as-ca", "faults/cases/trust/leaf-as-ca.ts", "NNNNNMNNNNNNSSPM"],
  ["trust.pathlen", "faults/cases/trust/pathlen.ts", "NNNNNMNNNPNNSSNM"],
  ["trust.name-constraints", "faults/cases/trust/name-constraints.ts", "NNNNNMNNNPNNSSNM"],
  ["time.leaf-expired", "faults/cases/time/leaf-expired.ts", "NNNNNMNNNNNNSSNN"],
  ["time.intermediate-expired", "faults/cases/time/intermediate-expired.ts", "PNNPPMPPPPPPSSPP"],
  ["time.root-expired", "faults/cases/time/root-expired.ts", "PNNPPMPSSPPPSSPP"],
  ["time.clock-skew", "faults/cases/time/clock-skew.ts", "PPPPPMPPPPPPSSPP"],
  ["name.host-mismatch", "faults/cases/name/host-mismatch.ts", "NSNNNMNNNNNNSSNN"],
  ["name.ip-missing", "faults/cases/name/ip-missing.ts", "NSNNNMNNNNNNSSNN"],
  ["name.cn-only", "faults/cases/name/cn-only.ts", "SSSSNMNSNSNNSSNP"],
  ["name.ip-as-dns", "faults/cases/name/ip-as-dns.ts", "PSPPNMNPNPNNSSPS"],
  ["name.san-malformed", "faults/cases/name/san-malformed.ts", "NSPPNMNPNPNNSSPP"],
  ["usage.no-serverauth", "faults/cases/usage/no-serverauth.ts", "PPPPPMPNNPPPSSNN"],
  ["usage.key-usage", "faults/cases/usage/key-usage.ts", "PPPPSSSNSNSSSSNN"],
  ["alg.sig-sha1", "faults/cases/alg/sig-sha1.ts", "PNPPNMNSMPNNSNNS"],
  ["alg.key-small", "faults/cases/alg/key-small.ts", "SNNNSSSSPSSSSNSS"],
  ["served.key-mismatch", "faults/cases/served/key-mismatch.ts", "PPPPPMPPPPPPPSPM"],
  ["served.stale", "faults/cases/served/stale.ts", "PPPPPMPPPPPPSSPP"],
  ["revoke.crl", "faults/cases/revoke/crl.ts", "NSSSSSSSSSSSSSSS"],
  ["client.none-sent", "faults/cases/client/none-sent.ts", "NNNMNMNNNNSNSSSS"],
  ["client.none-sent", "faults/cases/client/none-sent-tls12.ts", "PNPPPMPMPPPPPSSS"],
  ["client.wrong-ca", "faults/cases/client/wrong-ca.ts", "NNNMMMMMNNSNSSNS"],
  ["client.expired", "faults/cases/client/expired.ts", "NNNNNMMMNNSMSSNS"],
  ["client.no-clientauth", "faults/cases/client/no-clientauth.ts", "PPPMPMMPPPSMSSSS"],
  [
    "client.missing-intermediate",
    "faults/cases/client/missing-intermediate.ts",
    "PPPMMMMMPPSMSSPS",
  ],
  ["client.key-mismatch", "faults/cases/client/key-mismatch.ts", "NNNPNNNMNPSNSSNS"],
  ["client.ca-list-mismatch", "faults/cases/client/ca-list-mismatch.ts", "PPPMMMPMPPSMSSSS"],
  ["file.der", "faults/cases/file/der.ts", "MPPPPMMSMMMPSSPM"],
  ["file.swapped", "faults/cases/file/swapped.ts", "PPPPNNNPPMSNSSPS"],
  ["file.joined-blocks", "faults/cases/file/joined-blocks.ts", "PPPPMMMNMSSMSSPS"],
  [
    "proto.server-plaintext-http",
    "faults/cases/proto/server-plaintext-http-etcd.ts",
    "MMMMMMMMMMMMMMMM",
  ],
  ["client.revoked", "faults/cases/client/revoked-etcd.ts", "MSSMMMMSSSSMSSSS"],
  ["etcd.peer-port", "faults/cases/etcd/peer-port.ts", "PPPPPMPPPPPPSSMN"],
  ["etcd.rbac-permission", "faults/cases/etcd/rbac-permission.ts", "SSSSSNNSSSSSSSSS"],
];
