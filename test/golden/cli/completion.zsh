#compdef perfgap
_perfgap() {
  local command word
  for word in ${words[2,CURRENT-1]}; do
    case $word in
      (compare|completion|demo|doctor|explain|factors|init|report|resume|runs|serve|tune|help) command=$word; break ;;
    esac
  done
  case ${words[CURRENT-1]} in
    (--color) compadd -- auto always never; return ;;
    (--runner) compadd -- launcher spawn; return ;;
    (--unit) compadd -- s ms us; return ;;
    (--compare) compadd -- exact numeric none; return ;;
  esac
  case $command in
    (compare) compadd -- --json --export-json --export-md --force --strict --fail-on --quiet -q --verbose -v --color --debug --help ;;
    (completion) compadd -- bash zsh fish --quiet -q --verbose -v --color --debug --help ;;
    (demo) compadd -- --quick --precision --budget --metric --factors --skip --seed --no-profile --wins --no-wins --runner --plan --json --export-html --export-json --export-md --export-svg --export-png --open --unit --strict --fail-on --quiet -q --verbose -v --color --debug --help ;;
    (doctor) compadd -- --json --quiet -q --verbose -v --color --debug --help ;;
    (explain) compadd -- --stdin --env --cwd --timeout --compare --tolerance --quick --precision --budget --metric --factors --skip --seed --no-profile --wins --no-wins --runner --plan --import-profile --json --export-html --export-json --export-md --export-svg --export-png --open --unit --strict --fail-on --export-pprof --export-speedscope --export-folded --quiet -q --verbose -v --color --debug --help ;;
    (factors) compadd -- --json --quiet -q --verbose -v --color --debug --help ;;
    (init) compadd -- --file --force --stdin --env --cwd --timeout --compare --tolerance --quiet -q --verbose -v --color --debug --help ;;
    (report) compadd -- --json --export-html --export-json --export-md --export-svg --export-png --open --unit --strict --fail-on --export-pprof --export-speedscope --export-folded --quiet -q --verbose -v --color --debug --help ;;
    (resume) compadd -- --budget --json --export-html --export-json --export-md --export-svg --export-png --open --unit --strict --fail-on --quiet -q --verbose -v --color --debug --help ;;
    (runs) compadd -- --json --quiet -q --verbose -v --color --debug --help ;;
    (serve) compadd -- --port --open --quiet -q --verbose -v --color --debug --help ;;
    (tune) compadd -- --stdin --env --cwd --timeout --compare --tolerance --budget --precision --metric --seed --runner --no-profile --json --export-html --export-json --export-md --open --unit --strict --quiet -q --verbose -v --color --debug --help ;;
    (help) compadd -- compare completion demo doctor explain factors init report resume runs serve tune; return ;;
    (*) compadd -- compare completion demo doctor explain factors init report resume runs serve tune help --help --version; return ;;
  esac
  case $command in
    (compare|report|resume) compadd -- .perfgap/runs/*(N/:t) ;;
  esac
  _files
}
if [ "$funcstack[1]" = "_perfgap" ]; then _perfgap "$@"; else compdef _perfgap perfgap; fi
