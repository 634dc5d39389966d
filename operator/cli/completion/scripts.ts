/** The shells for which there is a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

// What the program answers: a line `value<tab>description` each, and last `:4`, or `:0` where file names are wanted.

const bash = `# bash completion for kubectl-relevo
_kubectl_relevo() {
  local line reply directive
  COMPREPLY=()
  reply=$(kubectl-relevo __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  directive=\${reply##*:}
  while IFS= read -r line; do
    [[ $line == :* || -z $line ]] || COMPREPLY+=("\${line%%$'\\t'*}")
  done <<<"$reply"
  [[ $directive == 0 ]] && COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
  return 0
}
complete -F _kubectl_relevo kubectl-relevo
`;

const zsh = `#compdef kubectl-relevo
_kubectl_relevo() {
  local line reply
  local -a found
  reply=$(kubectl-relevo __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  while IFS= read -r line; do
    [[ $line == :* || -z $line ]] || found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done <<<"$reply"
  if [[ \${reply##*:} == 0 ]]; then _files; else _describe 'relevo' found; fi
}
compdef _kubectl_relevo kubectl-relevo
`;

const fish = `# fish completion for kubectl-relevo
function __kubectl_relevo
  set -l words (commandline -opc) (commandline -ct)
  kubectl-relevo __complete $words[2..-1] 2>/dev/null | string match -v -r '^:'
end
complete -c kubectl-relevo -f -a '(__kubectl_relevo)'
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash, zsh, fish };
