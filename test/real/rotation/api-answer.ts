import { request } from "node:https";
import { readKubeconfig } from "../../../src/adapters/kubernetes/read-kubeconfig.ts";

const apiPort = 6443;

/** What an API server answers to who shows a token or a certificate; what it shows itself is the load's matter. */
const statusOf = (
  host: string,
  path: string,
  shown: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
  },
): Promise<number> => {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(
    { host, port: apiPort, path, ...shown, rejectUnauthorized: false, agent: false },
    (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    },
  )
    .on("error", reject)
    .end();
  return promise;
};

/** To whom that kubeconfig describes. */
export const statusFor = (host: string, kubeconfig: string): Promise<number> => {
  const { pair } = readKubeconfig(kubeconfig);
  return statusOf(host, "/api/v1/nodes", { cert: pair?.certificate, key: pair?.key });
};

/** To whoever shows the token. */
export const statusWithToken = (host: string, token: string): Promise<number> =>
  statusOf(host, "/api/v1/namespaces/default/pods", {
    headers: { authorization: `Bearer ${token}` },
  });
