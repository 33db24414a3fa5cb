// The launcher in Go, for machines with neither a C nor a Rust compiler: same protocol (docs/launcher-protocol.md), one
// file, standard library only. Its runtime makes the end of a run seen later, by up to some milliseconds on a busy
// machine. A memory limit is set by a second start of this program in between, which adds about 1 ms. Linux only.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

const (
	maxRequestBytes = 8 << 20
	maxHeaderBytes  = 64
	stderrTailBytes = 8192
	pipeBytes       = 1 << 20
	threadSample    = 5 * time.Millisecond
	grace           = 250 * time.Millisecond
	stuck           = 10 * time.Second

	prSetChildSubreaper = 36
	fSetPipeSize        = 1031
	failureFd           = 4
	closed              = ^uintptr(0)
	waitExitedNoWait    = 4 | 0x01000000
)

// XXH64, seed 0 (specification: github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
const (
	p1 uint64 = 0x9E3779B185EBCA87
	p2 uint64 = 0xC2B2AE3D27D4EB4F
	p3 uint64 = 0x165667B19E3779F9
	p4 uint64 = 0x85EBCA77C2B2AE63
	p5 uint64 = 0x27D4EB2F165667C5
)

type hash struct {
	lanes [4]uint64
	total uint64
	rest  []byte
}

func newHash() *hash {
	first, second := p1, p2
	return &hash{lanes: [4]uint64{first + second, p2, 0, -first}}
}

func mix(lane, word uint64) uint64 { return bits.RotateLeft64(lane+word*p2, 31) * p1 }

func (h *hash) stripe(b []byte) {
	for i := range h.lanes {
		h.lanes[i] = mix(h.lanes[i], binary.LittleEndian.Uint64(b[8*i:]))
	}
}

func (h *hash) add(b []byte) {
	h.total += uint64(len(b))
	if len(h.rest) > 0 {
		head := min(len(b), 32-len(h.rest))
		h.rest = append(h.rest, b[:head]...)
		b = b[head:]
		if len(h.rest) < 32 {
			return
		}
		h.stripe(h.rest)
		h.rest = h.rest[:0]
	}
	for ; len(b) >= 32; b = b[32:] {
		h.stripe(b)
	}
	h.rest = append(h.rest, b...)
}

func (h *hash) end() uint64 {
	sum := p5
	if h.total >= 32 {
		sum = 0
		for i, turn := range []int{1, 7, 12, 18} {
			sum += bits.RotateLeft64(h.lanes[i], turn)
		}
		for _, lane := range h.lanes {
			sum = (sum^mix(0, lane))*p1 + p4
		}
	}
	sum += h.total
	rest := h.rest
	for ; len(rest) >= 8; rest = rest[8:] {
		sum = bits.RotateLeft64(sum^mix(0, binary.LittleEndian.Uint64(rest)), 27)*p1 + p4
	}
	if len(rest) >= 4 {
		sum = bits.RotateLeft64(sum^uint64(binary.LittleEndian.Uint32(rest))*p1, 23)*p2 + p3
		rest = rest[4:]
	}
	for _, b := range rest {
		sum = bits.RotateLeft64(sum^uint64(b)*p5, 11) * p1
	}
	sum = (sum ^ sum>>33) * p2
	sum = (sum ^ sum>>29) * p3
	return sum ^ sum>>32
}

// ---- descendants ----

func killChildren() {
	own, _ := syscall.Getpgid(0)
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for _, word := range strings.Fields(string(text)) {
			pid, _ := strconv.Atoi(word)
			// The whole group first: a program that forks faster than it is killed one by one would win.
			if group, err := syscall.Getpgid(pid); err == nil && group > 1 && group != own {
				syscall.Kill(-group, syscall.SIGKILL)
			}
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// endChildren ends every descendant that does not end by itself within the grace; this process is a subreaper, so all
// of them become its children. It returns how many had to be ended.
func endChildren(grace time.Duration) int {
	ended, killing, start := 0, false, time.Now()
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return ended
		}
		if pid > 0 {
			if killing {
				ended++
			}
			continue
		}
		if time.Since(start) > stuck {
			return ended + 1
		}
		killing = time.Since(start) >= grace
		if killing {
			killChildren()
		}
		time.Sleep(2 * time.Millisecond)
	}
}

var leaving sync.Mutex

func leave(code int) {
	leaving.Lock() // for good: the first reason to leave wins
	endChildren(0)
	os.Exit(code)
}

func waitForEnd(pid int) {
	const byPid = 1
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, byPid, uintptr(pid), 0, waitExitedNoWait, 0, 0)
		if errno != syscall.EINTR {
			return
		}
	}
}

// ---- requests ----

type request struct {
	argv, env                         []string
	cwd, stdin, stdout, stderr, cpus  string
	probe                             string
	hasStdin, hasStdout, hasStderr    bool
	hasCpus, hasProbe, sampleThreads  bool
	timeoutMs, outputLimit, memoryMax uint64
}

func (r *request) set(key, value string) error {
	number := func(field *uint64) error {
		parsed, err := strconv.ParseUint(value, 10, 64)
		*field = parsed
		if err != nil {
			return errors.New("a number is not a number")
		}
		return nil
	}
	switch key {
	case "arg":
		r.argv = append(r.argv, value)
	case "env":
		r.env = append(r.env, value)
	case "cwd":
		r.cwd = value
	case "stdin":
		r.stdin, r.hasStdin = value, true
	case "stdout":
		r.stdout, r.hasStdout = value, true
	case "stderr":
		r.stderr, r.hasStderr = value, true
	case "probe":
		r.probe, r.hasProbe = value, true
	case "cpus":
		r.cpus, r.hasCpus = value, true
	case "sampleThreads":
		r.sampleThreads = value == "1"
	case "timeoutMs":
		return number(&r.timeoutMs)
	case "outputLimitBytes":
		return number(&r.outputLimit)
	case "memoryLimitBytes":
		return number(&r.memoryMax)
	default:
		return errors.New("unknown field")
	}
	return nil
}

func parseRequest(payload []byte) (*request, error) {
	if len(payload) == 0 || payload[len(payload)-1] != 0 {
		return nil, errors.New("the last field does not end")
	}
	r := &request{}
	for _, field := range strings.Split(string(payload[:len(payload)-1]), "\x00") {
		key, value, found := strings.Cut(field, "=")
		if !found {
			return nil, errors.New("a field has no value")
		}
		if err := r.set(key, value); err != nil {
			return nil, err
		}
	}
	switch {
	case len(r.argv) == 0:
		return nil, errors.New("no program")
	case r.cwd == "":
		return nil, errors.New("no cwd")
	case r.timeoutMs == 0 || r.outputLimit == 0:
		return nil, errors.New("no timeoutMs or no outputLimitBytes")
	}
	return r, nil
}

// ---- one run ----

type notStarted struct {
	stage string
	errno syscall.Errno
}

func failed(stage string, err error) *notStarted {
	var errno syscall.Errno
	errors.As(err, &errno)
	return &notStarted{stage, errno}
}

type stream struct {
	pipe, file *os.File
	bytes      uint64
	hash       *hash
	tail       []byte
	keepError  *notStarted
}

type run struct {
	pid         int
	startedAtMs int64
	start       time.Time
	wall        time.Duration
	outputLimit uint64
	mutex       sync.Mutex
	end         string
	over        bool
	out, err    *stream
	maxThreads  int
	// processors that its main thread may use
	allowed int
}

// stop ends the program; after its end the process id may be somebody else's, so that nothing is done then.
func (r *run) stop(why string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.end != "" {
		return
	}
	if r.over {
		if why == "flooded" {
			r.end = why
		}
		return
	}
	r.end = why
	syscall.Kill(-r.pid, syscall.SIGKILL)
	time.AfterFunc(stuck, func() {
		r.mutex.Lock()
		over := r.over
		r.mutex.Unlock()
		if !over {
			leave(71)
		}
	})
}

func (s *stream) take(r *run, stage string) {
	chunk := make([]byte, 65536)
	for {
		got, err := s.pipe.Read(chunk)
		part := chunk[:got]
		s.bytes += uint64(got)
		if s.hash != nil {
			s.hash.add(part)
		} else {
			s.tail = append(s.tail, part...)
			s.tail = s.tail[max(0, len(s.tail)-stderrTailBytes):]
		}
		if s.file != nil && s.keepError == nil {
			if _, writeErr := s.file.Write(part); writeErr != nil {
				s.keepError = failed(stage, writeErr)
			}
		}
		if s.bytes > r.outputLimit {
			r.stop("flooded")
		}
		if err != nil {
			return
		}
	}
}

func openStream(keep bool, path, stage string) (*stream, *os.File, *notStarted) {
	s := &stream{}
	if keep {
		file, err := os.Create(path)
		if err != nil {
			return nil, nil, failed(stage, err)
		}
		s.file = file
	}
	ours, theirs, err := os.Pipe()
	if err != nil {
		return nil, nil, failed("streams", err)
	}
	connection, _ := ours.SyscallConn()
	connection.Control(func(fd uintptr) { syscall.RawSyscall(syscall.SYS_FCNTL, fd, fSetPipeSize, pipeBytes) })
	s.pipe = ours
	return s, theirs, nil
}

// findProgram gives the path as it is when it has a slash, else looks on the PATH that the program itself will see.
func findProgram(r *request) string {
	name, path := r.argv[0], "/usr/local/bin:/usr/bin:/bin"
	if name == "" || strings.Contains(name, "/") {
		return name
	}
	for _, variable := range r.env {
		if value, found := strings.CutPrefix(variable, "PATH="); found {
			path = value
		}
	}
	for _, folder := range strings.Split(path, ":") {
		if folder == "" {
			folder = "."
		}
		candidate := folder + "/" + name
		status, err := os.Stat(candidate)
		if err == nil && status.Mode().IsRegular() && syscall.Access(candidate, 1) == nil {
			return candidate
		}
	}
	return name
}

type cpuMask [128]byte

func affinity(number uintptr, mask *cpuMask) error {
	_, _, errno := syscall.RawSyscall(number, 0, unsafe.Sizeof(*mask), uintptr(unsafe.Pointer(mask)))
	if errno != 0 {
		return errno
	}
	return nil
}

func parseCpus(text string) (*cpuMask, bool) {
	mask := &cpuMask{}
	for _, part := range strings.Split(text, ",") {
		cpu, err := strconv.ParseUint(part, 10, 10)
		if err != nil {
			return nil, false
		}
		mask[cpu/8] |= 1 << (cpu % 8)
	}
	return mask, true
}

// bound runs an action while this thread is bound to the processors; what it starts inherits that.
func bound(r *request, action func() error) *notStarted {
	before := &cpuMask{}
	if r.hasCpus {
		mask, ok := parseCpus(r.cpus)
		if !ok {
			return &notStarted{"cpus", syscall.EINVAL}
		}
		affinity(syscall.SYS_SCHED_GETAFFINITY, before)
		if err := affinity(syscall.SYS_SCHED_SETAFFINITY, mask); err != nil {
			return failed("cpus", err)
		}
		defer affinity(syscall.SYS_SCHED_SETAFFINITY, before)
	}
	if err := action(); err != nil {
		return failed("exec", err)
	}
	return nil
}

func start(r *request) (*run, *notStarted) {
	if err := os.Chdir(r.cwd); err != nil {
		return nil, failed("cwd", err)
	}
	if !r.hasStdin {
		r.stdin = os.DevNull
	}
	stdin, err := os.Open(r.stdin)
	if err != nil {
		return nil, failed("stdin", err)
	}
	defer stdin.Close()
	out, outEnd, mistake := openStream(r.hasStdout, r.stdout, "stdout")
	if mistake != nil {
		return nil, mistake
	}
	defer outEnd.Close()
	errors, errEnd, mistake := openStream(r.hasStderr, r.stderr, "stderr")
	if mistake != nil {
		return nil, mistake
	}
	defer errEnd.Close()
	out.hash = newHash()
	program, argv := findProgram(r), r.argv
	if r.memoryMax > 0 {
		program, argv = "/proc/self/exe", append([]string{"--limit", strconv.FormatUint(r.memoryMax, 10), program}, r.argv...)
	}
	attributes := &syscall.ProcAttr{
		Env:   r.env,
		Files: []uintptr{stdin.Fd(), outEnd.Fd(), errEnd.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL},
	}
	if r.hasProbe {
		probe, err := os.Create(r.probe)
		if err != nil {
			return nil, failed("probe", err)
		}
		defer probe.Close()
		attributes.Files = append(attributes.Files, probe.Fd())
	}
	var limitErrors, failureEnd *os.File
	if r.memoryMax > 0 {
		if limitErrors, failureEnd, err = os.Pipe(); err != nil {
			return nil, failed("streams", err)
		}
		defer limitErrors.Close()
		defer failureEnd.Close()
		for len(attributes.Files) < failureFd {
			attributes.Files = append(attributes.Files, closed)
		}
		attributes.Files = append(attributes.Files, failureEnd.Fd())
	}
	started := &run{outputLimit: r.outputLimit, out: out, err: errors}
	mistake = bound(r, func() error {
		started.startedAtMs, started.start = time.Now().UnixMilli(), time.Now()
		pid, err := syscall.ForkExec(program, argv, attributes)
		started.pid = pid
		return err
	})
	if mistake == nil && limitErrors != nil {
		mistake = limitMistake(started.pid, limitErrors, failureEnd)
	}
	return started, mistake
}

// limitMistake waits until the second start has become the program, or has said why it cannot.
func limitMistake(pid int, failures, failureEnd *os.File) *notStarted {
	failureEnd.Close()
	var errno [1]byte
	if got, _ := failures.Read(errno[:]); got == 0 {
		return nil
	}
	syscall.Wait4(pid, nil, 0, nil)
	return &notStarted{"exec", syscall.Errno(errno[0])}
}

// limitAndExec is the second start: it takes the limit on itself and becomes the program.
func limitAndExec(arguments []string) {
	limit, _ := strconv.ParseUint(arguments[0], 10, 64)
	const addressSpace = 9
	syscall.CloseOnExec(failureFd)
	argv, env := arguments[2:], os.Environ()
	path, _ := syscall.BytePtrFromString(arguments[1])
	argvPointers, _ := syscall.SlicePtrFromStrings(argv)
	envPointers, _ := syscall.SlicePtrFromStrings(env)
	pair := [2]uint64{limit, limit}
	// Nothing may be allocated between these two: this runtime has more address space than many limits allow.
	syscall.RawSyscall6(syscall.SYS_PRLIMIT64, 0, addressSpace, uintptr(unsafe.Pointer(&pair)), 0, 0, 0)
	_, _, errno := syscall.RawSyscall(syscall.SYS_EXECVE, uintptr(unsafe.Pointer(path)),
		uintptr(unsafe.Pointer(&argvPointers[0])), uintptr(unsafe.Pointer(&envPointers[0])))
	code := byte(errno)
	syscall.RawSyscall(syscall.SYS_WRITE, failureFd, uintptr(unsafe.Pointer(&code)), 1)
	syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 126, 0, 0)
}

// ---- counters and replies ----

func procField(path, key string) (uint64, bool) {
	word, found := procText(path, key)
	value, err := strconv.ParseUint(word, 10, 64)
	return value, found && err == nil
}

func procText(path, key string) (string, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", false
	}
	_, after, found := strings.Cut("\n"+string(text), "\n"+key)
	word, _, _ := strings.Cut(strings.TrimSpace(after), "\n")
	return strings.TrimSpace(word), found
}

// bitsOf counts the bits of a mask in hexadecimal words with commas between them.
func bitsOf(mask string) int {
	count := 0
	for _, digit := range mask {
		value, _ := strconv.ParseUint(string(digit), 16, 8)
		count += bits.OnesCount64(value)
	}
	return count
}

func runQueueDelay(pid string) (uint64, bool) {
	text, err := os.ReadFile("/proc/" + pid + "/schedstat")
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 2 {
		return 0, false
	}
	value, err := strconv.ParseUint(fields[1], 10, 64)
	return value, err == nil
}

// quoted writes bytes as a JSON string of one character a byte (Latin-1); the reader turns them back into bytes.
func quoted(b []byte) string {
	var text strings.Builder
	for _, c := range b {
		if c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			fmt.Fprintf(&text, "\\u%04x", c)
		} else {
			text.WriteByte(c)
		}
	}
	return `"` + text.String() + `"`
}

func reply(format string, values ...any) {
	leaving.Lock() // a run that is ended because this process leaves has no reply
	_, err := os.Stdout.WriteString(fmt.Sprintf(format, values...) + "\n")
	leaving.Unlock()
	if err != nil {
		leave(0)
	}
}

func replyMalformed(message string) { reply(`{"reply":"malformed","message":"%s"}`, message) }

func (r *run) report(status syscall.WaitStatus, usage *syscall.Rusage, orphans int, extra string) {
	end, cause := "exited", fmt.Sprintf(`"code":%d`, status.ExitStatus())
	if status.Signaled() {
		end, cause = "signaled", fmt.Sprintf(`"signal":%d`, status.Signal())
	}
	if r.end != "" {
		end, orphans = r.end, 0 // those were to end with the program
	}
	if r.maxThreads > 0 {
		extra += fmt.Sprintf(`,"maxThreads":%d`, r.maxThreads)
	}
	if r.allowed > 0 {
		extra += fmt.Sprintf(`,"allowedProcessors":%d`, r.allowed)
	}
	for _, s := range []*stream{r.out, r.err} {
		if s.keepError != nil {
			extra += fmt.Sprintf(`,"keepErrno":%d,"keepStage":"%s"`, s.keepError.errno, s.keepError.stage)
			break
		}
	}
	reply(`{"reply":"run","end":"%s",%s,"startedAtMs":%d,"wallTimeNs":%d,"stdoutBytes":%d,"stdoutHash":"%016x"`+
		`,"userTimeNs":%d,"systemTimeNs":%d,"maxRssBytes":%d,"minorFaults":%d,"majorFaults":%d`+
		`,"voluntarySwitches":%d,"involuntarySwitches":%d%s,"stderrTail":%s,"orphans":%d}`,
		end, cause, r.startedAtMs, r.wall.Nanoseconds(), r.out.bytes, r.out.hash.end(),
		usage.Utime.Nano(), usage.Stime.Nano(), usage.Maxrss*1024, usage.Minflt, usage.Majflt,
		usage.Nvcsw, usage.Nivcsw, extra, quoted(r.err.tail), orphans)
}

func (r *run) sampleThreads(over <-chan struct{}) {
	ticker := time.NewTicker(threadSample)
	defer ticker.Stop()
	if mask, ok := procText(fmt.Sprintf("/proc/%d/status", r.pid), "Cpus_allowed:"); ok {
		r.allowed = bitsOf(mask)
	}
	for {
		if threads, ok := procField(fmt.Sprintf("/proc/%d/status", r.pid), "Threads:"); ok {
			r.maxThreads = max(r.maxThreads, int(threads))
		}
		select {
		case <-over:
			return
		case <-ticker.C:
		}
	}
}

func (r *run) counters() string {
	extra := ""
	if queue, ok := runQueueDelay(strconv.Itoa(r.pid)); ok {
		extra += fmt.Sprintf(`,"runQueueDelayNs":%d`, queue)
	}
	io := fmt.Sprintf("/proc/%d/io", r.pid)
	reads, readsOk := procField(io, "syscr:")
	writes, writesOk := procField(io, "syscw:")
	// Without the right to see a zombie's counters the kernel shows zeros.
	if readsOk && writesOk && (os.Geteuid() == 0 || reads+writes > 0) {
		extra += fmt.Sprintf(`,"readCalls":%d,"writeCalls":%d`, reads, writes)
	}
	return extra
}

func execute(r *request, cancel <-chan struct{}) {
	active, mistake := start(r)
	if mistake != nil {
		reply(`{"reply":"notStarted","stage":"%s","errno":%d,"startedAtMs":%d}`, mistake.stage, mistake.errno, time.Now().UnixMilli())
		return
	}
	var readers sync.WaitGroup
	readers.Add(2)
	go func() { active.out.take(active, "stdout"); readers.Done() }()
	go func() { active.err.take(active, "stderr"); readers.Done() }()
	over, sampled := make(chan struct{}), make(chan struct{})
	go func() {
		if r.sampleThreads {
			active.sampleThreads(over)
		}
		close(sampled)
	}()
	deadline := time.AfterFunc(time.Duration(min(r.timeoutMs, 1<<40))*time.Millisecond, func() { active.stop("timedOut") })
	go func() {
		select {
		case <-cancel:
			active.stop("cancelled")
		case <-over:
		}
	}()
	waitForEnd(active.pid)
	active.wall = time.Since(active.start)
	deadline.Stop()
	close(over)
	active.mutex.Lock()
	active.over = true
	ended := active.end != ""
	active.mutex.Unlock()
	<-sampled
	extra := active.counters()
	var status syscall.WaitStatus
	var usage syscall.Rusage
	for {
		if _, err := syscall.Wait4(active.pid, &status, 0, &usage); err != syscall.EINTR {
			break
		}
	}
	patience := grace
	if ended {
		patience = 0
	}
	orphans := endChildren(patience)
	// A descriptor that was handed to a stranger may stay open; what the program wrote is in the pipe by now.
	limit := time.Now().Add(250 * time.Millisecond)
	active.out.pipe.SetReadDeadline(limit)
	active.err.pipe.SetReadDeadline(limit)
	readers.Wait()
	for _, s := range []*stream{active.out, active.err} {
		s.pipe.Close()
		if s.file != nil {
			s.file.Close()
		}
	}
	active.report(status, &usage, orphans, extra)
}

// ---- the loop ----

type message struct {
	payload []byte
	mistake string
}

// readMessages turns the input into requests; a cancel goes to whatever runs at that moment. The end of the input ends
// the launcher and everything it started.
func readMessages(messages chan<- message, cancel chan struct{}) {
	input := bufio.NewReaderSize(os.Stdin, 65536)
	for {
		line, err := input.ReadSlice('\n')
		for err == bufio.ErrBufferFull {
			line, err = input.ReadSlice('\n')
		}
		if err != nil {
			leave(0)
		}
		length, isRun := bytes.CutPrefix(bytes.TrimSuffix(line, []byte("\n")), []byte("run "))
		size, sizeErr := strconv.ParseUint(string(length), 10, 64)
		switch {
		case string(line) == "cancel\n":
			select {
			case cancel <- struct{}{}:
			default: // one is enough
			}
		case !isRun || sizeErr != nil || len(line) > maxHeaderBytes:
			messages <- message{mistake: "not a request"}
		case size > maxRequestBytes:
			messages <- message{mistake: "the request is too large"}
			if _, err := io.CopyN(io.Discard, input, int64(min(size, 1<<62))); err != nil {
				leave(0)
			}
		default:
			payload := make([]byte, size)
			if _, err := io.ReadFull(input, payload); err != nil {
				leave(0)
			}
			select {
			case <-cancel: // came after the end of the run before: nothing to do
			default:
			}
			messages <- message{payload: payload}
		}
	}
}

func serve() {
	messages, cancel := make(chan message), make(chan struct{}, 1)
	go readMessages(messages, cancel)
	for next := range messages {
		if next.mistake != "" {
			replyMalformed(next.mistake)
			continue
		}
		request, err := parseRequest(next.payload)
		if err != nil {
			replyMalformed(err.Error())
			continue
		}
		execute(request, cancel)
		if os.Chdir("/") != nil {
			leave(71)
		}
	}
}

// supervise is the outer of two processes, so that no single kill leaves anything running: it ends what the inner one
// left, and the inner one gets SIGTERM when this one dies.
func supervise() {
	worker, err := syscall.ForkExec("/proc/self/exe", []string{os.Args[0], "--worker", strconv.Itoa(os.Getpid())}, &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{0, 1, 2},
		Sys:   &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM},
	})
	if err != nil {
		os.Exit(71)
	}
	syscall.Close(0)
	syscall.Close(1)
	go onTermination(func() { syscall.Kill(worker, syscall.SIGTERM) })
	waitForEnd(worker)
	leave(0)
}

// closeInherited keeps descriptors that this process was started with from every program; some may be the runtime's own.
func closeInherited() {
	names, _ := filepath.Glob("/proc/self/fd/*")
	for _, name := range names {
		if fd, err := strconv.Atoi(filepath.Base(name)); err == nil && fd > 2 {
			syscall.CloseOnExec(fd)
		}
	}
}

func onTermination(act func()) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	for range signals {
		act()
	}
}

func main() {
	if len(os.Args) > 3 && os.Args[0] == "--limit" {
		limitAndExec(os.Args[1:])
	}
	// A parent-death signal follows the thread that started the child, so that this thread must be the only one to.
	runtime.LockOSThread()
	closeInherited()
	syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0)
	if len(os.Args) < 3 || os.Args[1] != "--worker" {
		supervise()
	}
	if strconv.Itoa(os.Getppid()) != os.Args[2] {
		os.Exit(0)
	}
	go onTermination(func() { leave(0) })
	var core syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_CORE, &core) == nil {
		core.Cur = 0 // a crash must not cost the time of writing a core file
		syscall.Setrlimit(syscall.RLIMIT_CORE, &core)
	}
	if os.Chdir("/") != nil {
		os.Exit(71)
	}
	reply(`{"reply":"ready","protocol":1,"launcher":"go","nice":0}`)
	serve()
}
