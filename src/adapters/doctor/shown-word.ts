/** A word of the command line as it may be repeated: without a login in a URL, without kubeadm's bootstrap token. */
export const shownWord = (word: string): string =>
  word
    .replace(/^([a-z][\w+.-]*:\/\/)[^\s/]*@/i, "$1")
    .replace(/(--token[=\s]+)[^\s\\]+/, "$1(secret)");
