import { certificateFaults } from "../../served-certificate.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { callIt, certificateFacts, namesText } from "../../words.ts";

export const fault = defineFault({
  id: "served.varies",
  title: "Servers behind one address differ",
  side: "server",
  severity: "fault",
  stage: "deployment",
  explains: [...certificateFaults, "time.root-expired"],
  cites: ["RFC 8446 section 4.4.2"],
  explain: `One address, several servers: a balancer, a virtual IP, several processes on one port. Asked again, it showed another
certificate. One of the servers was renewed or set up otherwise than the others, so clients fail now and then.

Servers that each have a certificate of their own, all of them good, are no fault.`,
  detect: (seen) => {
    const { endpoint, served } = seen;
    if (endpoint === undefined || served === undefined) return undefined;
    const { leaf, others, failures } = served;
    const verdicts = others.map((chain) => {
      const [other, ...behind] = chain;
      const profiles = (["go", "openssl"] as const).map((profile) =>
        seen.verify({ leaf: other!, intermediates: behind, anchors: served.anchors, profile }),
      );
      const bad = profiles.find((result) => !result.ok);
      return { leaf: other!, why: bad === undefined || bad.ok ? undefined : bad.failure.message };
    });
    const own = (failures.go[0] ?? failures.openssl[0])?.message;
    const all = [{ leaf, why: own }, ...verdicts];
    const good = all.find(({ why }) => why === undefined);
    const bad = all.find(({ why }) => why !== undefined);
    const where = endpointText(endpoint);
    const list = all.map((one) => `one connection got ${certificateFacts(one.leaf)}`);
    // Without a CA nothing verifies: then only the difference counts.
    const told =
      good !== undefined && bad !== undefined
        ? `one of them is not good: ${bad.why}`
        : all.slice(1).some((one) => namesText(one.leaf) === namesText(leaf) && good !== undefined)
          ? `the same names with serials ${all.map((one) => one.leaf.serial).join(" and ")}`
          : undefined;
    if (told === undefined || all.length < 2) return undefined;
    const wrong = bad?.leaf ?? all.toSorted((a, b) => a.leaf.notBefore - b.leaf.notBefore)[0]!.leaf;
    return {
      text: `behind ${where} stand several servers with different certificates, and ${told}`,
      subject: where,
      certainty: "proved",
      evidence: list,
      breaks: "it depends on chance which one a client gets",
      fix: [
        {
          does: `find the server behind ${where} that has ${callIt(wrong)} with serial ${wrong.serial}, and give it the same certificate as the others; see which address each has`,
          command: `certwright inspect ${where}`,
        },
      ],
    };
  },
});
