import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLSeq } from "yaml";
import { failure } from "../errors/certwright-error.ts";

/** A pod's manifest to be changed: comments, order and quoting stay as its author wrote them. */
export interface PodDocument {
  readonly document: Document;
  /** Path, for messages. */
  readonly source: string;
  readonly text: string;
}

/** Throws manifest.malformed. */
export const readPod = (text: string, source: string): PodDocument => {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) {
    throw failure("manifest.malformed", { source, why: error.message.split("\n")[0]! });
  }
  if (!isMap(document.contents) || document.get("kind") !== "Pod") {
    throw failure("manifest.malformed", { source, why: "it is no Pod" });
  }
  return { document, source, text };
};

/** Indented as it was: kubeadm's lists begin below the first letter of their key, other authors' two blanks further in. */
export const writePod = ({ document, text }: PodDocument): string =>
  document.toString({ indentSeq: !/^( *)\S.*:\n\1- /m.test(text), lineWidth: 0 });

/**
 * The list of words that starts the program, wherever its flags stand: in `command` behind the program's name, or in
 * `args`. Throws manifest.no-program.
 */
export const wordsOf = (
  { document, source }: PodDocument,
  program: string,
): { readonly node: YAMLSeq; readonly words: readonly string[] } => {
  const containers = document.getIn(["spec", "containers"]);
  const lists = isSeq(containers)
    ? containers.items.filter(isMap).map((container) => {
        const command = container.get("command");
        const args = container.get("args");
        return {
          command: isSeq(command) ? command : undefined,
          args: isSeq(args) ? args : undefined,
        };
      })
    : [];
  const own = lists.find(({ command }) => {
    const first = command === undefined ? undefined : textsOf(command)[0];
    return first?.slice(first.lastIndexOf("/") + 1) === program;
  });
  const node = own?.args ?? own?.command;
  if (node === undefined) throw failure("manifest.no-program", { source, program });
  return { node, words: textsOf(node) };
};

const textsOf = ({ items }: YAMLSeq): readonly string[] =>
  items.map((item) => (isScalar(item) ? String(item.value) : ""));
