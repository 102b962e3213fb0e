import type { Config, Field } from "../../core/diagnosis/config.ts";
import type { FlatDocument } from "./flat-yaml.ts";
import { gatherFiles } from "./gather-files.ts";
import type { Part, Surroundings } from "./part.ts";

/** `kubeadm join HOST:PORT --discovery-token-ca-cert-hash sha256:…`, pasted as kubeadm init printed it. */
export const isKubeadmJoin = (words: string): boolean =>
  /^\s*(?:sudo\s+)?(?:\S*\/)?kubeadm\s+join\s/.test(words);

/** kubeadm's file for the same: `kubeadm join --config`. */
export const isJoinConfiguration = (document: FlatDocument): boolean =>
  document["kind"]?.value === "JoinConfiguration";

/** The join command: the hash that it pins is held against the CA given with --ca. */
export const gatherKubeadmJoin = (words: string, around: Surroundings): Part => {
  const at = { file: "command line", field: "--discovery-token-ca-cert-hash" };
  const pins = [...words.matchAll(/--discovery-token-ca-cert-hash[=\s]+([^\s\\]+)/g)];
  return joinPart(
    "command line",
    pins.flatMap(([, value]) => value!.split(",")).map((value) => ({ value, at })),
    /--discovery-token-unsafe-skip-ca-verification/.test(words),
    around,
  );
};

const hashes = /^discovery\.bootstrapToken\.caCertHashes\[\d+\]$/;

export const gatherJoinConfiguration = (
  document: FlatDocument,
  path: string,
  around: Surroundings,
): Part =>
  joinPart(
    path,
    Object.entries(document).flatMap(([key, field]) => (hashes.test(key) ? [field] : [])),
    document["discovery.bootstrapToken.unsafeSkipCAVerification"]?.value === "true",
    around,
  );

const joinPart = (
  file: string,
  pins: readonly Field[],
  unsafe: boolean,
  around: Surroundings,
): Part => {
  const config: Config = {
    kind: "kubeadm-join",
    file,
    fields: Object.fromEntries(pins.map((pin, i) => [`pin[${i}]`, pin])),
  };
  gatherFiles([], around);
  const lacking =
    pins.length === 0 && !unsafe
      ? [
          `${file} pins no hash of the cluster's CA (sha256:…): kubeadm join refuses to go on without`,
        ]
      : around.options.ca === undefined && pins.length > 0
        ? [
            "the pinned hash has nothing to be held against: give the cluster's CA with --ca (/etc/kubernetes/pki/ca.crt of a control-plane node)",
          ]
        : [];
  return { kind: "kubeadm-join", configs: [config], connections: [], blind: lacking };
};
