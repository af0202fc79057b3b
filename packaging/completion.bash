# Completions of moetric for bash: commands, options and published models as the tool itself lists them.
# shellcheck shell=bash
_moetric() {
  local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} candidates=''
  if ((COMP_CWORD == 1)); then
    candidates=$("$1" --help 2>/dev/null | sed -n '/^Subcommands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p')' --help --version'
  elif [[ $word == -* ]]; then
    candidates=$("$1" "$command" --help --verbose 2>/dev/null | sed -n 's/^  \(-h,\)\?\(--[a-z-]*\).*/\2/p')
  elif ((COMP_CWORD == 2)) && "$1" "$command" --help 2>/dev/null | grep '^  MODEL' >/dev/null; then
    candidates=$("$1" models --json 2>/dev/null | sed -n 's/^ *"name": "\(.*\)",$/\1/p')
  fi
  mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "$word")
}
complete -o default -F _moetric moetric
