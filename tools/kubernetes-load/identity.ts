import { readKubeconfig } from "../../src/adapters/kubernetes/read-kubeconfig.ts";

/** What a client shows and trusts on one connection; PEM. */
export interface Credentials {
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly token?: string | undefined;
}

/** Gives what a new connection is made with. Throws when a file cannot be read. */
export type Identity = () => Credentials;

/** The kubeconfig's user, read anew for each connection, as programs that reload their files do. */
export const kubeconfigIdentity =
  (kubeconfig: string): Identity =>
  () => {
    const { ca, pair, token } = readKubeconfig(kubeconfig);
    return { ca, certificate: pair?.certificate, key: pair?.key, token };
  };

/** A token, with the trust that the kubeconfig has when the connection is made. */
export const tokenIdentity =
  (kubeconfig: string, token: () => string): Identity =>
  () => ({ ca: readKubeconfig(kubeconfig).ca, token: token() });

/** For ever what it is now: a program that reads its files when it starts, and none after that. */
export const pinnedIdentity = (identity: Identity): Identity => {
  const credentials = identity();
  return () => credentials;
};
