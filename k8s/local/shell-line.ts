const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The line that puts the matching kubectl and helm on the PATH of one's own shell and points them at the cluster. */
export const shellLine = (toolsDir: string, kubeconfig: string): string =>
  `export PATH=${quote(toolsDir)}:"$PATH" KUBECONFIG=${quote(kubeconfig)}`;
