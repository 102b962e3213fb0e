/** `npm run components [-- NAME…]`: brings the real programs into the cache, with progress; without names, those of the CI. */
import { componentFolder, isInstalled, recipeOf } from "./cache.ts";
import { install } from "./install.ts";
import { recipes, type Recipe } from "./recipes.ts";

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Every second on a terminal, every 30 seconds in a log. */
const withProgress = async (label: string, work: () => Promise<void>): Promise<void> => {
  const started = Date.now();
  const seconds = (): number => Math.round((Date.now() - started) / 1000);
  const timer = setInterval(
    () => {
      if (process.stderr.isTTY) process.stderr.write(`\r${label} … ${seconds()} s `);
      else say(`${label} … ${seconds()} s`);
    },
    process.stderr.isTTY ? 1000 : 30_000,
  );
  try {
    await work();
  } finally {
    clearInterval(timer);
    if (process.stderr.isTTY) process.stderr.write("\r");
  }
  say(`${label}: done in ${seconds()} s`);
};

/** Returns the names that could not be had, with the reason. */
export const ensure = async (wanted: readonly Recipe[]): Promise<ReadonlyMap<string, string>> => {
  const missing = new Map<string, string>();
  for (const recipe of wanted) {
    if (isInstalled(recipe)) continue;
    try {
      await withProgress(`${recipe.name} ${recipe.version}: ${recipe.about}`, () =>
        install(recipe),
      );
    } catch (error) {
      missing.set(recipe.name, error instanceof Error ? error.message : String(error));
    }
  }
  return missing;
};

if (import.meta.main) {
  const names = process.argv.slice(2);
  const wanted =
    names.length === 0 ? recipes.filter(({ nightly }) => nightly !== true) : names.map(recipeOf);
  const missing = await ensure(wanted);
  for (const recipe of wanted) {
    const why = missing.get(recipe.name);
    process.stdout.write(
      why === undefined
        ? `${recipe.name}\t${recipe.version}\t${componentFolder(recipe)}\n`
        : `${recipe.name}\t${recipe.version}\tnot to be had: ${why}\n`,
    );
  }
  if (missing.size > 0) process.exitCode = 1;
}
