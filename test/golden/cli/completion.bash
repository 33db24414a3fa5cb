# bash completion for perfgap
_perfgap() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command="" candidates="" word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      compare|completion|demo|doctor|explain|factors|init|report|resume|runs|serve|tune|help) command=$word; break ;;
    esac
  done
  case $previous in
    --color) candidates="auto always never" ;;
    --runner) candidates="launcher spawn" ;;
    --unit) candidates="s ms us" ;;
    --compare) candidates="exact numeric none" ;;
    *)
      case $command in
        compare) candidates="--json --export-json --export-md --force --strict --fail-on --quiet -q --verbose -v --color --debug --help" ;;
        completion) candidates="bash zsh fish --quiet -q --verbose -v --color --debug --help" ;;
        demo) candidates="--quick --precision --budget --metric --factors --skip --seed --no-profile --wins --no-wins --runner --plan --json --export-html --export-json --export-md --export-svg --export-png --open --unit --strict --fail-on --quiet -q --verbose -v --color --debug --help" ;;
        doctor) candidates="--json --quiet -q --verbose -v --color --debug --help" ;;
        explain) candidates="--stdin --env --cwd --timeout --compare --tolerance --quick --precision --budget --metric --factors --skip --seed --no-profile --wins --no-wins --runner --plan --import-profile --json --export-html --export-json --export-md --export-svg --export-png --open --unit --strict --fail-on --export-pprof --export-speedscope --export-folded --quiet -q --verbose -v --color --debug --help" ;;
        factors) candidates="--json --quiet -q --verbose -v --color --debug --help" ;;
        init) candidates="--file --force --stdin --env --cwd --timeout --compare --tolerance --quiet -q --verbose -v --color --debug --help" ;;
        report) candidates="--json --export-html --export-json --export-md --export-svg --export-png --open --unit --strict --fail-on --export-pprof --export-speedscope --export-folded --quiet -q --verbose -v --color --debug --help" ;;
        resume) candidates="--budget --json --export-html --export-json --export-md --export-svg --export-png --open --unit --strict --fail-on --quiet -q --verbose -v --color --debug --help" ;;
        runs) candidates="--json --quiet -q --verbose -v --color --debug --help" ;;
        serve) candidates="--port --open --quiet -q --verbose -v --color --debug --help" ;;
        tune) candidates="--stdin --env --cwd --timeout --compare --tolerance --budget --precision --metric --seed --runner --no-profile --json --export-html --export-json --export-md --open --unit --strict --quiet -q --verbose -v --color --debug --help" ;;
        help) candidates="compare completion demo doctor explain factors init report resume runs serve tune" ;;
        *) candidates="compare completion demo doctor explain factors init report resume runs serve tune help --help --version" ;;
      esac ;;
  esac
  COMPREPLY=()
  for word in $candidates; do
    [[ $word == "$current"* ]] && COMPREPLY+=("$word")
  done
  case $command in
    compare|report|resume)
      for word in .perfgap/runs/*/; do
        word=${word%/} word=${word##*/}
        [[ $word != "*" && $word == "$current"* ]] && COMPREPLY+=("$word")
      done ;;
  esac
}
complete -o bashdefault -o default -F _perfgap perfgap
