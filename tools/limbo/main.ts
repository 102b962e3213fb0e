/**
 * npm run -s limbo -- FILE [--profile go|openssl|rfc5280|rfc5280-strict|webpki] [--why]
 *
 * Runs a file of x509-limbo and prints one JSON line {cases, agree, falseAccept, falseReject, disagreements}.
 * Without --profile each case is judged by the profile its namespace stands for (see judge.ts).
 * --why tells on stderr, for each disagreement, what was found.
 */
import { parseArgs } from "node:util";
import { profiles, type ProfileName } from "../../src/core/x509/path.ts";
import { Judge } from "./judge.ts";
import { readCases } from "./read-cases.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { profile: { type: "string" }, why: { type: "boolean", default: false } },
});
const [file] = positionals;
if (file === undefined || (values.profile !== undefined && !(values.profile in profiles))) {
  console.error(
    `usage: npm run -s limbo -- FILE [--profile ${Object.keys(profiles).join("|")}] [--why]`,
  );
  process.exit(2);
}

const judge = new Judge(Date.now());
const tally = { cases: 0, agree: 0, falseAccept: 0, falseReject: 0, disagreements: [] as string[] };
for (const one of readCases(file)) {
  const verdict = judge.judge(one, values.profile as ProfileName | undefined);
  tally.cases += 1;
  if (verdict.result === one.expected_result) {
    tally.agree += 1;
    continue;
  }
  tally.disagreements.push(one.id);
  if (verdict.result === "SUCCESS") tally.falseAccept += 1;
  else tally.falseReject += 1;
  if (values.why) console.error(`${one.id}: ${verdict.result} ${verdict.why}`);
}
console.log(JSON.stringify(tally));
