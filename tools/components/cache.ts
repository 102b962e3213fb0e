import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { recipes, type Recipe } from "./recipes.ts";

/** Kept outside the checkout, so that a fresh clone on a warm machine builds nothing again. */
export const cacheRoot: string =
  process.env["CERTWRIGHT_CACHE"] ??
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "certwright");

export const componentFolder = (recipe: Recipe): string =>
  join(cacheRoot, "components", `${recipe.name}-${recipe.version}`);

const programOf = (folder: string, program: string): string | undefined =>
  [join(folder, program), join(folder, "bin", program)].find((path) => existsSync(path));

export const isInstalled = (recipe: Recipe): boolean =>
  recipe.provides.every((program) => programOf(componentFolder(recipe), program) !== undefined);

const named = (name: string): Recipe | undefined => recipes.find((one) => one.name === name);

/** Every test can be run on the newest of the components of which there are two: with CERTWRIGHT_COMPONENTS=newest. */
export const newest: boolean = process.env["CERTWRIGHT_COMPONENTS"] === "newest";

export const recipeOf = (name: string): Recipe => {
  const recipe = (newest ? named(`${name}-newest`) : undefined) ?? named(name);
  if (recipe === undefined) {
    throw new Error(
      `no component is called "${name}"; there are: ${recipes.map((r) => r.name).join(", ")}`,
    );
  }
  return recipe;
};

/** Absolute path of a program of a component, or undefined when it is not in the cache. */
export const componentProgram = (name: string, program: string): string | undefined =>
  programOf(componentFolder(recipeOf(name)), program);
