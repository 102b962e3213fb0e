import type { Case } from "../../case.ts";
import { fieldOf } from "../../config.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { currentEntries, kubeconfigsOf } from "../../kubernetes.ts";
import { locationText } from "../../location.ts";
import { proxiedOf, proxyTrouble } from "../../proxy.ts";

export const fault = defineFault({
  id: "k8s.kubeconfig-proxy-url",
  title: "Kubeconfig's proxy-url is no proxy",
  side: "config",
  severity: "fault",
  stage: "config",
  explains: ["net.proxy-unreachable", "net.proxy-refused"],
  cites: ["k8s.io/client-go tools/clientcmd/api/v1: Cluster.ProxyURL", "clientcmd: parseProxyURL"],
  explain: `\`proxy-url\` of a cluster sends all requests through a proxy, whatever HTTPS_PROXY and NO_PROXY say. It must
be a URL of the scheme http, https or socks5 ("unsupported scheme …, must be http, https, or socks5"), and the proxy must
be there and let the connection through. A port-forward or SSH tunnel that has ended leaves a proxy-url that leads nowhere.`,
  detect: (seen) => fromConfig(seen) ?? fromLog(seen),
});

const usable =
  /^(?:https?|socks5h?):\/\/(?:[^\s/@]+@)?(?:\[[0-9a-fA-F:.%]+\]|[^\s/:@[\]]+)(?::\d{1,5})?\/?$/;

const fromConfig = (seen: Case): Detected | undefined => {
  for (const config of kubeconfigsOf(seen)) {
    const { cluster } = currentEntries(config);
    const url = cluster === undefined ? undefined : fieldOf(config, `${cluster}.proxy-url`);
    if (url === undefined) continue;
    const why = usable.test(url.value) ? brokenThrough(seen) : wrongWith(url.value);
    if (why === undefined) continue;
    const shown = url.value.replace(/\/\/[^@/]*@/, "//(secret)@");
    return {
      text: `kubectl cannot use the proxy "${shown}" that ${config.file} sets as proxy-url: ${why}`,
      subject: config.file,
      certainty: "proved",
      evidence: [`${locationText(url.at)} is "${shown}"`, why],
      breaks: "kubectl reaches nothing of this cluster",
      fix: [
        {
          does: `correct proxy-url in ${locationText(url.at)} to a proxy that runs, such as http://HOST:3128, or remove the line when the server is reached directly`,
        },
      ],
    };
  }
  return undefined;
};

const wrongWith = (url: string): string => {
  const scheme = /^([\w+.-]+):\/\//.exec(url)?.[1];
  if (scheme === undefined) return "it has no scheme (http://, https:// or socks5://)";
  return /^(?:https?|socks5h?)$/.test(scheme)
    ? "it is no URL of the form scheme://HOST:PORT"
    : `the scheme "${scheme}" is none of http, https and socks5`;
};

/** What the looks through the proxy came to; undefined when they went through, or were not made through it. */
const brokenThrough = (seen: Case): string | undefined => {
  const proxied = proxiedOf(seen);
  if (proxied === undefined || !(proxied.source.field ?? "").endsWith("proxy-url"))
    return undefined;
  const { status, statusLine, where } = proxied;
  if (status !== undefined)
    return status >= 200 && status < 300
      ? undefined
      : `it refuses the connection to ${where} ("${statusLine ?? status}")`;
  const why = proxyTrouble(proxied);
  return why === "" ? undefined : why;
};

const fromLog = ({ log }: Case): Detected | undefined => {
  const line = log.find(({ raw }) =>
    /invalid proxy-url|unsupported scheme "?\S+"?, must be http, https, or socks5|failed to parse proxy|invalid proxy url/i.test(
      raw,
    ),
  );
  return line === undefined
    ? undefined
    : {
        text: "the proxy-url in the kubeconfig is none that kubectl can use",
        subject: line.file,
        certainty: "proved",
        evidence: [`${line.file}:${line.line}: ${line.raw}`],
        breaks: "kubectl ends before it connects",
        fix: [
          {
            does: "correct proxy-url of the cluster in the kubeconfig (http://HOST:PORT, https:// or socks5://), or remove it",
            command: "kubectl config view",
          },
        ],
      };
};
