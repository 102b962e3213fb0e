import { CertwrightError } from "../../core/errors/certwright-error.ts";
import { utf8Of } from "../../core/bytes/utf8.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { TokenKeyFound } from "../../core/recovery/facts.ts";
import { publicKeysInSet } from "../../core/tokens/jwk.ts";
import { writePem } from "../../core/x509/pem.ts";
import { parsePublicKey } from "../../core/x509/public-key.ts";
import type { NodeSession } from "../../ports/node.ts";
import { bySubject, factsOf } from "../rotation/gather/certificates.ts";
import { certificatesIn } from "../rotation/place/material.ts";
import type { RotationPorts } from "../rotation/ports.ts";

type Ports = Pick<RotationPorts, "tls" | "digests" | "verifySignature" | "identifyKey">;

const callDeadline = 3000;

/** Where a kubelet puts what a pod is given of its ServiceAccount. */
const podsDirectory = "/var/lib/kubelet/pods";

/**
 * Public keys whose tokens a living API server takes. It tells them to ServiceAccounts and to nobody else (ClusterRole
 * system:service-account-issuer-discovery), so a pod's own token on the machine is shown to it, and kept nowhere; only
 * to a server that the pod would show it to, whose certificate the CA beside the token has signed.
 */
export const readTokenKeys = async (
  ports: Ports,
  session: NodeSession,
  port: number,
  [served]: readonly Certificate[],
): Promise<readonly TokenKeyFound[]> => {
  try {
    const folder = await podFolder(session);
    if (folder === undefined || served === undefined) return [];
    const [token, ca] = await Promise.all([
      session.read(`${folder}/token`),
      session.read(`${folder}/ca.crt`),
    ]);
    if (token === undefined || ca === undefined) return [];
    const trusted = certificatesIn(ports, ca.bytes, { source: ca.path }).certificates;
    if (factsOf(ports, served, bySubject(trusted)).signedBy === undefined) return [];
    const over = await session.dial("127.0.0.1", port, callDeadline);
    const headers = { Authorization: `Bearer ${utf8Of(token.bytes).text.trim()}` };
    const answer = await ports.tls.answer(
      { host: "127.0.0.1", port, over, ask: { path: "/openid/v1/jwks", headers } },
      callDeadline,
    );
    if (answer.kind !== "answered" || answer.status !== 200) return [];
    return publicKeysInSet(answer.body).map((spki) => ({
      key: parsePublicKey(spki, ports.digests).id,
      pem: writePem("PUBLIC KEY", spki),
    }));
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return [];
  }
};

const podFolder = async (session: NodeSession): Promise<string | undefined> => {
  const { stdout } = await session.run(
    ["find", podsDirectory, "-path", "*/kubernetes.io~projected/*/token"],
    { deadline: callDeadline },
  );
  const path = stdout.split("\n").find((line) => line.endsWith("/token"));
  return path?.replace(/\/token$/, "");
};
