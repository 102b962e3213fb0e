import type { Claim } from "../../../core/model/claim.ts";
import { formatName } from "../../../core/x509/names.ts";
import { stages } from "../../../core/model/stage.ts";
import type { Look } from "../look.ts";
import { generationWords } from "../wanted.ts";
import { fails, holds, type Seen } from "./seen.ts";

export const observeGeneration = async (
  look: Look,
  {
    issuer: name,
    number,
    stage,
    crossSignedBy,
    under,
    exactly,
  }: Extract<Claim, { kind: "generation" }>,
): Promise<Seen> => {
  const issuer = await look.issuer(name);
  const words = generationWords(name, number);
  const found = issuer.generations.find((one) => one.number === number);
  if (found === undefined) return fails("store", `${words} does not exist`);
  const reached =
    exactly === true ? found.stage === stage : stages.indexOf(found.stage) >= stages.indexOf(stage);
  if (!reached) return fails("store", `${words} is ${found.stage}, not ${stage}`);
  if (under !== undefined) {
    const { certificate, chain } = found;
    if (certificate === undefined) return fails("store", `${words} waits for an external CA`);
    const top = chain.at(-1) ?? certificate;
    if (top.fingerprint !== under) {
      return fails("store", `${words} stands below ${formatName(top.subject)}, another CA`);
    }
  }
  if (crossSignedBy === undefined) return holds("store", `${words} is ${found.stage}`);
  return found.crossSigns.some(({ by }) => by === crossSignedBy)
    ? holds("store", `${words} is ${found.stage}, and cross-signed by ${crossSignedBy}`)
    : fails("store", `${words} is not cross-signed by ${crossSignedBy}`);
};
