import { fieldOf } from "../../config.ts";
import { etcdConfigs, isOn } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "etcd.client-cert-auth-no-ca",
  title: "etcd demands client certificates and knows no CA for them",
  side: "config",
  severity: "fault",
  stage: "config",
  explains: ["client.wrong-ca", "client.ca-list-mismatch", "client.rejected", "client.none-sent"],
  cites: [
    "etcd client/pkg/v3/transport/listener.go: ServerConfig",
    "Go crypto/tls: Config.ClientCAs, nil means the system's roots",
  ],
  explain: `With client-cert-auth and without trusted-ca-file etcd starts without a warning and checks its clients against the
public CAs of the machine: every client of a private CA is refused with "certificate signed by unknown authority". The
same goes for peers with peer-client-cert-auth and peer-trusted-ca-file.`,
  detect(seen) {
    for (const config of etcdConfigs(seen))
      for (const prefix of ["", "peer-"]) {
        const key = `${prefix}client-cert-auth`;
        const authority = `${prefix}trusted-ca-file`;
        const [demand] = [config.fields[key]];
        if (demand === undefined || !isOn(config, key)) continue;
        if (fieldOf(config, authority) !== undefined) continue;
        // Without TLS nothing is demanded of anybody.
        if (fieldOf(config, `${prefix}cert-file`) === undefined) continue;
        return {
          text: `etcd demands ${prefix === "" ? "client" : "peer"} certificates, and ${config.file} sets no ${authority} to check them against`,
          subject: config.file,
          certainty: "proved",
          evidence: [
            `${locationText(demand.at)} demands certificates`,
            `${config.file} has no ${authority}: the machine's public CAs are used`,
          ],
          breaks: `every ${prefix === "" ? "client" : "peer"} with a certificate of a private CA is refused as of "unknown authority"`,
          fix: [
            {
              does: `set ${authority} in ${config.file} to the CA that issues the certificates of the ${prefix === "" ? "clients" : "peers"}, and restart etcd`,
              command: `grep -n trusted-ca-file ${config.file}`,
            },
          ],
        };
      }
    return undefined;
  },
});
