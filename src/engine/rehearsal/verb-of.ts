import type { Service } from "../../core/model/estate.ts";
import { commandOf, verbs, type Verb } from "../rotation/perform/service.ts";

/** What the command does with the service; undefined: it is none of its commands. */
export const verbOf = (service: Service, command: readonly string[]): Verb | undefined =>
  verbs.find((verb) => commandOf(service, verb)?.join("\0") === command.join("\0"));
