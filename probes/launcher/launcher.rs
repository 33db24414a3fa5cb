//! The launcher in Rust, for machines without a C compiler: same protocol (docs/launcher-protocol.md), one file, no
//! crates. It forks where the C one borrows its memory, so each run takes about 0.1 ms longer. Linux only, 64 bit.

use std::ffi::{CString, OsStr};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::raw::{c_char, c_int, c_long, c_uint, c_ulong, c_void};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::process::{exit, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const MAX_REQUEST_BYTES: u64 = 8 << 20;
const MAX_HEADER_BYTES: usize = 64;
const STDERR_TAIL_BYTES: usize = 8192;
const PIPE_BYTES: c_int = 1 << 20;
const THREAD_SAMPLE: Duration = Duration::from_millis(5);
const FILL: Duration = Duration::from_millis(1);
const GRACE: Duration = Duration::from_millis(250);
const STUCK: Duration = Duration::from_secs(10);
/// Added to an errno by a step of the child other than execve, so that the parent can tell them apart.
const STEP: i32 = 10_000;
/// In this process the signal descriptor, which no program needs.
const PROBE_FD: c_int = 3;

mod sys {
    use super::*;
    #[repr(C)]
    pub struct PollFd {
        pub fd: c_int,
        pub events: i16,
        pub revents: i16,
    }
    #[repr(C)]
    pub struct TimeSpec {
        pub seconds: c_long,
        pub nanoseconds: c_long,
    }
    #[repr(C)]
    #[derive(Default)]
    pub struct Usage {
        pub user: [c_long; 2],
        pub system: [c_long; 2],
        pub rest: [c_long; 14],
    }
    #[repr(C)]
    pub struct Limit {
        pub soft: u64,
        pub hard: u64,
    }
    extern "C" {
        pub fn fork() -> c_int;
        pub fn getppid() -> c_int;
        pub fn setsid() -> c_int;
        pub fn getpgid(pid: c_int) -> c_int;
        pub fn kill(pid: c_int, signal: c_int) -> c_int;
        pub fn prctl(option: c_int, argument: c_ulong) -> c_int;
        pub fn wait4(pid: c_int, status: *mut c_int, options: c_int, usage: *mut Usage) -> c_int;
        pub fn waitid(kind: c_int, id: c_uint, info: *mut c_int, options: c_int) -> c_int;
        pub fn ppoll(fds: *mut PollFd, count: c_ulong, wait: *const TimeSpec, mask: *const c_void) -> c_int;
        pub fn sigprocmask(how: c_int, set: *const u64, old: *mut u64) -> c_int;
        pub fn signal(number: c_int, action: usize) -> usize;
        pub fn signalfd(fd: c_int, set: *const u64, flags: c_int) -> c_int;
        pub fn pipe2(fds: *mut c_int, flags: c_int) -> c_int;
        pub fn dup2(from: c_int, to: c_int) -> c_int;
        pub fn fcntl(fd: c_int, command: c_int, argument: c_int) -> c_int;
        pub fn read(fd: c_int, buffer: *mut c_void, count: usize) -> isize;
        pub fn close(fd: c_int) -> c_int;
        pub fn access(path: *const c_char, mode: c_int) -> c_int;
        pub fn getrlimit(resource: c_int, limit: *mut Limit) -> c_int;
        pub fn setrlimit(resource: c_int, limit: *const Limit) -> c_int;
        pub fn sched_setaffinity(pid: c_int, size: usize, mask: *const c_void) -> c_int;
        pub fn setpriority(kind: c_int, who: c_uint, priority: c_int) -> c_int;
        pub fn getpriority(kind: c_int, who: c_uint) -> c_int;
        pub fn geteuid() -> c_uint;
    }
    pub const SIGKILL: c_int = 9;
    pub const SIGCHLD: c_int = 17;
    pub const SIGTERM: c_int = 15;
    pub const WNOHANG: c_int = 1;
    pub const CLOEXEC: c_int = 0o2000000;
    pub const NONBLOCK: c_int = 0o4000;
}

/// XXH64, seed 0 (specification: github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
mod xxh64 {
    const P1: u64 = 0x9E3779B185EBCA87;
    const P2: u64 = 0xC2B2AE3D27D4EB4F;
    const P3: u64 = 0x165667B19E3779F9;
    const P4: u64 = 0x85EBCA77C2B2AE63;
    const P5: u64 = 0x27D4EB2F165667C5;

    pub struct Hash {
        lanes: [u64; 4],
        total: u64,
        rest: Vec<u8>,
    }

    fn mix(lane: u64, word: u64) -> u64 {
        lane.wrapping_add(word.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1)
    }

    fn word(bytes: &[u8]) -> u64 {
        bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte))
    }

    impl Hash {
        pub fn new() -> Self {
            let lanes = [P1.wrapping_add(P2), P2, 0, 0u64.wrapping_sub(P1)];
            Hash { lanes, total: 0, rest: Vec::with_capacity(64) }
        }

        fn stripe(&mut self, bytes: &[u8]) {
            for (lane, part) in self.lanes.iter_mut().zip(bytes.chunks_exact(8)) {
                *lane = mix(*lane, word(part));
            }
        }

        pub fn add(&mut self, mut bytes: &[u8]) {
            self.total += bytes.len() as u64;
            if !self.rest.is_empty() {
                let (head, tail) = bytes.split_at(bytes.len().min(32 - self.rest.len()));
                self.rest.extend_from_slice(head);
                bytes = tail;
                if self.rest.len() < 32 {
                    return;
                }
                let full = std::mem::take(&mut self.rest);
                self.stripe(&full);
            }
            let stripes = bytes.chunks_exact(32);
            self.rest.extend_from_slice(stripes.remainder());
            for stripe in stripes {
                self.stripe(stripe);
            }
        }

        pub fn end(&self) -> u64 {
            let mut sum = P5;
            if self.total >= 32 {
                let turns = [1, 7, 12, 18];
                sum = self.lanes.iter().zip(turns).fold(0, |s: u64, (lane, by)| s.wrapping_add(lane.rotate_left(by)));
                for &lane in &self.lanes {
                    sum = (sum ^ mix(0, lane)).wrapping_mul(P1).wrapping_add(P4);
                }
            }
            sum = sum.wrapping_add(self.total);
            let words = self.rest.chunks_exact(8);
            let mut rest = words.remainder();
            for part in words {
                sum = (sum ^ mix(0, word(part))).rotate_left(27).wrapping_mul(P1).wrapping_add(P4);
            }
            if rest.len() >= 4 {
                sum = (sum ^ word(&rest[..4]).wrapping_mul(P1)).rotate_left(23).wrapping_mul(P2).wrapping_add(P3);
                rest = &rest[4..];
            }
            for &byte in rest {
                sum = (sum ^ u64::from(byte).wrapping_mul(P5)).rotate_left(11).wrapping_mul(P1);
            }
            sum = (sum ^ sum >> 33).wrapping_mul(P2);
            sum = (sum ^ sum >> 29).wrapping_mul(P3);
            sum ^ sum >> 32
        }
    }
}

// ---- descendants ----

fn kill_children() {
    let path = format!("/proc/self/task/{}/children", std::process::id());
    let own_group = unsafe { sys::getpgid(0) };
    for pid in std::fs::read_to_string(path).unwrap_or_default().split_whitespace().filter_map(|p| p.parse::<c_int>().ok()) {
        // The whole group first: a program that forks faster than it is killed one by one would win.
        let group = unsafe { sys::getpgid(pid) };
        if group > 1 && group != own_group {
            unsafe { sys::kill(-group, sys::SIGKILL) };
        }
        unsafe { sys::kill(pid, sys::SIGKILL) };
    }
}

/// Ends every descendant that does not end by itself within the grace; this process is a subreaper, so all of them
/// become its children. Gives how many had to be ended.
fn end_children(signals: RawFd, grace: Duration) -> usize {
    let (mut ended, mut killing) = (0, false);
    let start = Instant::now();
    loop {
        let pid = loop {
            let pid = unsafe { sys::wait4(-1, std::ptr::null_mut(), sys::WNOHANG, std::ptr::null_mut()) };
            if pid <= 0 {
                break pid;
            }
            ended += usize::from(killing);
        };
        if pid < 0 {
            return ended;
        }
        if start.elapsed() > STUCK {
            return ended + 1;
        }
        killing = start.elapsed() >= grace;
        if killing {
            kill_children();
        }
        poll(&mut [reading(signals)], Some(Duration::from_millis(5)));
        take_signals(signals, |_| ());
    }
}

fn reading(fd: RawFd) -> sys::PollFd {
    sys::PollFd { fd, events: 1, revents: 0 }
}

fn poll(fds: &mut [sys::PollFd], wait: Option<Duration>) {
    let time = wait.map(|d| sys::TimeSpec { seconds: d.as_secs() as c_long, nanoseconds: d.subsec_nanos() as c_long });
    let time_pointer = time.as_ref().map_or(std::ptr::null(), |t| t as *const _);
    let ready = unsafe { sys::ppoll(fds.as_mut_ptr(), fds.len() as c_ulong, time_pointer, std::ptr::null()) };
    if ready < 0 {
        fds.iter_mut().for_each(|fd| fd.revents = 0);
    }
}

fn read_fd(fd: RawFd, buffer: &mut [u8]) -> isize {
    unsafe { sys::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) }
}

fn take_signals(signals: RawFd, mut on_other: impl FnMut(c_int)) {
    let mut info = [0u8; 128];
    while read_fd(signals, &mut info) == 128 {
        let signal = c_int::from_ne_bytes([info[0], info[1], info[2], info[3]]);
        if signal != sys::SIGCHLD {
            on_other(signal);
        }
    }
}

fn has_ended(pid: c_int) -> bool {
    // siginfo_t is 128 bytes; si_pid is its fourth word on 64-bit Linux.
    let mut info = [0 as c_int; 32];
    let wexited_nohang_nowait = 4 | 1 | 0x0100_0000;
    unsafe { sys::waitid(1, pid as c_uint, info.as_mut_ptr(), wexited_nohang_nowait) == 0 && info[4] == pid }
}

// ---- the launcher ----

struct Launcher {
    signals: RawFd,
    input: Vec<u8>,
    own_nice: c_int,
}

#[derive(Default)]
struct Request {
    argv: Vec<Vec<u8>>,
    env: Vec<(Vec<u8>, Vec<u8>)>,
    cwd: Vec<u8>,
    stdin: Option<Vec<u8>>,
    stdout: Option<Vec<u8>>,
    stderr: Option<Vec<u8>>,
    probe: Option<Vec<u8>>,
    cpus: Option<Vec<u8>>,
    timeout_ms: u64,
    output_limit: u64,
    memory_limit: u64,
    sample_threads: bool,
}

fn number(bytes: &[u8]) -> Option<u64> {
    std::str::from_utf8(bytes).ok().filter(|t| t.bytes().all(|b| b.is_ascii_digit())).and_then(|t| t.parse().ok())
}

fn split_at_equals(field: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = field.iter().position(|&b| b == b'=')?;
    Some((&field[..at], &field[at + 1..]))
}

fn parse_request(payload: &[u8]) -> Result<Request, &'static str> {
    let fields = payload.strip_suffix(b"\0").ok_or("the last field does not end")?;
    let mut request = Request::default();
    for field in fields.split(|&b| b == 0) {
        let (key, value) = split_at_equals(field).ok_or("a field has no value")?;
        let whole = || number(value).ok_or("a number is not a number");
        match key {
            b"arg" => request.argv.push(value.to_vec()),
            b"env" => request.env.push(split_at_equals(value).map_or((value.to_vec(), vec![]), |(k, v)| (k.to_vec(), v.to_vec()))),
            b"cwd" => request.cwd = value.to_vec(),
            b"stdin" => request.stdin = Some(value.to_vec()),
            b"stdout" => request.stdout = Some(value.to_vec()),
            b"stderr" => request.stderr = Some(value.to_vec()),
            b"probe" => request.probe = Some(value.to_vec()),
            b"cpus" => request.cpus = Some(value.to_vec()),
            b"timeoutMs" => request.timeout_ms = whole()?,
            b"outputLimitBytes" => request.output_limit = whole()?,
            b"memoryLimitBytes" => request.memory_limit = whole()?,
            b"sampleThreads" => request.sample_threads = value == b"1",
            _ => return Err("unknown field"),
        }
    }
    match &request {
        r if r.argv.is_empty() => Err("no program"),
        r if r.cwd.is_empty() => Err("no cwd"),
        r if r.timeout_ms == 0 || r.output_limit == 0 => Err("no timeoutMs or no outputLimitBytes"),
        _ => Ok(request),
    }
}

/// A step that failed before the program ran.
struct NotStarted {
    stage: &'static str,
    errno: i32,
}

fn failed(stage: &'static str) -> impl Fn(io::Error) -> NotStarted {
    move |error| NotStarted { stage, errno: error.raw_os_error().unwrap_or(0) }
}

struct Stream {
    pipe: Option<OwnedFd>,
    file: Option<File>,
    bytes: u64,
}

impl Stream {
    fn fd(&self) -> RawFd {
        self.pipe.as_ref().map_or(-1, |pipe| pipe.as_raw_fd())
    }
}

struct Run {
    pid: c_int,
    started_at_ms: u128,
    start: Instant,
    wall: Duration,
    deadline: Instant,
    resume: Instant,
    end: Option<&'static str>,
    out: Stream,
    err: Stream,
    hash: xxh64::Hash,
    tail: Vec<u8>,
    kept: Option<(&'static str, i32)>,
    output_limit: u64,
    max_threads: u64,
    /// Processors that its main thread may use.
    allowed_processors: u32,
}

impl Run {
    fn stop(&mut self, why: &'static str) {
        if self.end.is_none() {
            self.end = Some(why);
            self.deadline = Instant::now() + STUCK;
            unsafe { sys::kill(-self.pid, sys::SIGKILL) };
        }
    }

    /// One chunk of a stream; false when there is nothing more now.
    fn take_output(&mut self, is_stderr: bool) -> bool {
        let mut chunk = [0u8; 65536];
        let stream = if is_stderr { &mut self.err } else { &mut self.out };
        let got = if stream.pipe.is_some() { read_fd(stream.fd(), &mut chunk) } else { 0 };
        if got < 0 {
            return io::Error::last_os_error().kind() == io::ErrorKind::Interrupted;
        }
        if got == 0 {
            stream.pipe = None;
            return false;
        }
        let bytes = &chunk[..got as usize];
        stream.bytes += bytes.len() as u64;
        if let Some(Err(error)) = stream.file.as_mut().map(|file| file.write_all(bytes)) {
            self.kept = Some((if is_stderr { "stderr" } else { "stdout" }, error.raw_os_error().unwrap_or(0)));
            stream.file = None;
        }
        if is_stderr {
            self.tail.extend_from_slice(bytes);
            let surplus = self.tail.len().saturating_sub(STDERR_TAIL_BYTES);
            self.tail.drain(..surplus);
        } else {
            self.hash.add(bytes);
        }
        if self.out.bytes.max(self.err.bytes) > self.output_limit {
            self.stop("flooded");
        }
        true
    }

    fn sample_threads(&mut self) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let threads = status.lines().find_map(|line| line.strip_prefix("Threads:")?.trim().parse().ok());
        self.max_threads = self.max_threads.max(threads.unwrap_or(0));
    }

    fn look_at_processors(&mut self) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        // A mask in hexadecimal words with commas between them.
        let mask = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed:")).unwrap_or_default();
        self.allowed_processors = mask.chars().filter_map(|digit| digit.to_digit(16)).map(u32::count_ones).sum();
    }
}

fn open_stream(keep: &Option<Vec<u8>>, stage: &'static str) -> Result<(Stream, OwnedFd), NotStarted> {
    let open = |path: &Vec<u8>| OpenOptions::new().write(true).create(true).truncate(true).open(OsStr::from_bytes(path));
    let file = keep.as_ref().map(open).transpose().map_err(failed(stage))?;
    let mut ends = [0; 2];
    if unsafe { sys::pipe2(ends.as_mut_ptr(), sys::CLOEXEC) } < 0 {
        return Err(failed("streams")(io::Error::last_os_error()));
    }
    let (ours, theirs) = unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) };
    let (f_setfl, f_setpipe_sz) = (4, 1031);
    unsafe { sys::fcntl(ends[0], f_setfl, sys::NONBLOCK) };
    unsafe { sys::fcntl(ends[0], f_setpipe_sz, PIPE_BYTES) };
    Ok((Stream { pipe: Some(ours), file, bytes: 0 }, theirs))
}

fn cpu_mask(cpus: &[u8]) -> Option<[u8; 128]> {
    let mut mask = [0u8; 128];
    for part in cpus.split(|&b| b == b',') {
        let cpu = number(part).filter(|&cpu| cpu < 1024)? as usize;
        mask[cpu / 8] |= 1 << (cpu % 8);
    }
    Some(mask)
}

/// The program's path: as given when it has a slash, else found on the PATH that the program itself will see.
fn find_program(request: &Request) -> Vec<u8> {
    let name = &request.argv[0];
    if name.contains(&b'/') || name.is_empty() {
        return name.clone();
    }
    let default = b"/usr/local/bin:/usr/bin:/bin".to_vec();
    let path = request.env.iter().rev().find(|(key, _)| key == b"PATH").map_or(default, |(_, value)| value.clone());
    for folder in path.split(|&b| b == b':') {
        let folder: &[u8] = if folder.is_empty() { b"." } else { folder };
        let candidate = [folder, b"/", name].concat();
        let c_path = CString::new(candidate.clone()).unwrap_or_default();
        let is_file = std::fs::metadata(OsStr::from_bytes(&candidate)).is_ok_and(|status| status.is_file());
        if is_file && unsafe { sys::access(c_path.as_ptr(), 1) } == 0 {
            return candidate;
        }
    }
    name.clone()
}

fn start(request: &Request, own_nice: c_int) -> Result<Run, NotStarted> {
    std::env::set_current_dir(OsStr::from_bytes(&request.cwd)).map_err(failed("cwd"))?;
    let mask = match &request.cpus {
        Some(cpus) => Some(cpu_mask(cpus).ok_or(NotStarted { stage: "cpus", errno: 22 })?),
        None => None,
    };
    let stdin_path = request.stdin.as_deref().unwrap_or(b"/dev/null");
    let stdin = File::open(OsStr::from_bytes(stdin_path)).map_err(failed("stdin"))?;
    let (out, out_end) = open_stream(&request.stdout, "stdout")?;
    let (err, err_end) = open_stream(&request.stderr, "stderr")?;
    let probe = request.probe.as_ref().map(|path| File::create(OsStr::from_bytes(path))).transpose().map_err(failed("probe"))?;
    let memory = request.memory_limit;
    let mut command = Command::new(OsStr::from_bytes(&find_program(request)));
    command.arg0(OsStr::from_bytes(&request.argv[0]));
    command.args(request.argv[1..].iter().map(|arg| OsStr::from_bytes(arg)));
    command.env_clear().envs(request.env.iter().map(|(key, value)| (OsStr::from_bytes(key), OsStr::from_bytes(value))));
    command.stdin(Stdio::from(stdin)).stdout(Stdio::from(out_end)).stderr(Stdio::from(err_end));
    let prepare = move || {
        let failed = |step: i32| {
            let errno = io::Error::last_os_error().raw_os_error().unwrap_or(0);
            Err(io::Error::from_raw_os_error(STEP * step + errno))
        };
        unsafe {
            sys::setsid();
            sys::prctl(1, sys::SIGKILL as c_ulong);
            // What this process blocks, and what Rust's runtime ignores, is not the program's concern.
            let (sig_setmask, sigpipe, default) = (2, 13, 0);
            sys::sigprocmask(sig_setmask, [0u64; 16].as_ptr(), std::ptr::null_mut());
            sys::signal(sigpipe, default);
            if mask.is_some_and(|mask| sys::sched_setaffinity(0, mask.len(), mask.as_ptr().cast()) < 0) {
                return failed(1);
            }
            if probe.as_ref().is_some_and(|file| sys::dup2(file.as_raw_fd(), PROBE_FD) < 0) {
                return failed(3);
            }
            if own_nice < 0 {
                sys::setpriority(0, 0, 0);
            }
            if memory > 0 && sys::setrlimit(9, &sys::Limit { soft: memory, hard: memory }) < 0 {
                return failed(2);
            }
        }
        Ok(())
    };
    unsafe { command.pre_exec(prepare) };
    let started_at_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let start = Instant::now();
    let child = command.spawn().map_err(|error| {
        let errno = error.raw_os_error().unwrap_or(22);
        NotStarted { stage: ["exec", "cpus", "memoryLimit", "streams"][(errno / STEP) as usize], errno: errno % STEP }
    })?;
    Ok(Run {
        pid: child.id() as c_int,
        started_at_ms,
        start,
        wall: Duration::ZERO,
        resume: start,
        deadline: start + Duration::from_millis(request.timeout_ms.min(1 << 40)),
        end: None,
        out,
        err,
        hash: xxh64::Hash::new(),
        tail: Vec::new(),
        kept: None,
        output_limit: request.output_limit,
        max_threads: 0,
        allowed_processors: 0,
    })
}

fn schedstat(pid: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?;
    text.split_whitespace().nth(1)?.parse().ok()
}

fn io_calls(pid: c_int) -> Option<(u64, u64)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/io")).ok()?;
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
    let (reads, writes) = (field("syscr:")?, field("syscw:")?);
    // Without the right to see a zombie's counters the kernel shows zeros.
    (unsafe { sys::geteuid() } == 0 || reads + writes > 0).then_some((reads, writes))
}

/// Bytes as a JSON string of one character a byte (Latin-1); the reader turns them back into bytes.
fn json_bytes(bytes: &[u8]) -> String {
    let escape = |&byte: &u8| match byte {
        b'"' | b'\\' | 0..=0x1f | 0x7f..=0xff => format!("\\u{byte:04x}"),
        _ => char::from(byte).to_string(),
    };
    bytes.iter().map(escape).collect()
}

fn reply(line: &str) {
    let mut stdout = io::stdout().lock();
    if stdout.write_all(line.as_bytes()).and_then(|()| stdout.write_all(b"\n")).and_then(|()| stdout.flush()).is_err() {
        exit(0);
    }
}

fn outcome(run: &Run, status: c_int) -> String {
    let signal = status & 0x7f;
    let end = run.end.unwrap_or(if signal == 0 { "exited" } else { "signaled" });
    let cause = if signal == 0 { format!("\"code\":{}", status >> 8 & 0xff) } else { format!("\"signal\":{signal}") };
    let threads = if run.max_threads > 0 { format!(",\"maxThreads\":{}", run.max_threads) } else { String::new() };
    let allowed = match run.allowed_processors {
        0 => String::new(),
        count => format!(",\"allowedProcessors\":{count}"),
    };
    let kept = run.kept.map_or(String::new(), |(stage, errno)| format!(",\"keepErrno\":{errno},\"keepStage\":\"{stage}\""));
    format!(
        "{{\"reply\":\"run\",\"end\":\"{end}\",{cause},\"startedAtMs\":{},\"wallTimeNs\":{},\"stdoutBytes\":{},\"stdoutHash\":\"{:016x}\"{threads}{allowed}{kept}",
        run.started_at_ms,
        run.wall.as_nanos(),
        run.out.bytes,
        run.hash.end(),
    )
}

fn usage_fields(usage: &sys::Usage) -> String {
    let nanoseconds = |t: [c_long; 2]| (t[0] * 1_000_000 + t[1]) * 1000;
    format!(
        ",\"userTimeNs\":{},\"systemTimeNs\":{},\"maxRssBytes\":{},\"minorFaults\":{},\"majorFaults\":{},\"voluntarySwitches\":{},\"involuntarySwitches\":{}",
        nanoseconds(usage.user),
        nanoseconds(usage.system),
        usage.rest[0] * 1024,
        usage.rest[4],
        usage.rest[5],
        usage.rest[12],
        usage.rest[13],
    )
}

impl Launcher {
    fn leave(&self, code: i32) -> ! {
        end_children(self.signals, Duration::ZERO);
        exit(code)
    }

    fn fill_input(&mut self) {
        let mut buffer = [0u8; 16384];
        let got = read_fd(0, &mut buffer);
        if got > 0 {
            self.input.extend_from_slice(&buffer[..got as usize]);
        } else if got == 0 || io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            self.leave(0);
        }
    }

    fn heed_signals(&self) {
        take_signals(self.signals, |_| self.leave(0));
    }

    fn wait_for_input(&mut self) {
        let mut fds = [reading(0), reading(self.signals)];
        poll(&mut fds, None);
        if fds[1].revents != 0 {
            self.heed_signals();
        }
        if fds[0].revents != 0 {
            self.fill_input();
        }
    }

    fn take_cancel(&mut self) -> bool {
        let found = self.input.starts_with(b"cancel\n");
        if found {
            self.input.drain(..7);
        }
        found
    }

    fn watch(&mut self, run: &mut Run, sampling: bool) {
        if self.take_cancel() {
            run.stop("cancelled");
        }
        if sampling {
            run.look_at_processors();
        }
        loop {
            let asleep = Instant::now();
            let out = if asleep < run.resume { -1 } else { run.out.fd() };
            let mut fds = [reading(self.signals), reading(out), reading(run.err.fd()), reading(0)];
            if self.input.len() >= MAX_HEADER_BYTES {
                fds[3].events = 0;
            }
            let mut left = run.deadline.saturating_duration_since(asleep);
            if asleep < run.resume {
                left = left.min(run.resume - asleep);
            }
            poll(&mut fds, Some(if sampling { left.min(THREAD_SAMPLE) } else { left }));
            let now = Instant::now();
            if fds[0].revents != 0 {
                if has_ended(run.pid) {
                    run.wall = now - run.start;
                    return;
                }
                self.heed_signals();
            }
            if sampling {
                run.sample_threads();
            }
            if fds[1].revents != 0 {
                // Every wake of a reader costs the writer: after a short chunk the pipe is left to fill.
                let before = run.out.bytes;
                run.take_output(false);
                if run.out.bytes - before < 65536 {
                    run.resume = now + FILL;
                }
            }
            if fds[2].revents != 0 {
                run.take_output(true);
            }
            if fds[3].revents != 0 {
                self.fill_input();
                if self.take_cancel() {
                    run.stop("cancelled");
                }
            }
            if now >= run.deadline {
                if run.end.is_some() {
                    self.leave(71);
                }
                run.stop("timedOut");
            }
        }
    }

    fn finish(&mut self, mut run: Run, delay_before: u64) -> String {
        let delay = schedstat("self").unwrap_or(0).saturating_sub(delay_before);
        let queue = schedstat(&run.pid.to_string());
        let calls = io_calls(run.pid);
        let (mut status, mut usage) = (0, sys::Usage::default());
        unsafe { sys::wait4(run.pid, &mut status, 0, &mut usage) };
        let left = end_children(self.signals, if run.end.is_some() { Duration::ZERO } else { GRACE });
        // Those of a run that was ended here were to end with it.
        let orphans = if run.end.is_some() { 0 } else { left };
        while run.take_output(false) {}
        while run.take_output(true) {}
        let queue = queue.map_or(String::new(), |q| format!(",\"runQueueDelayNs\":{q},\"launcherDelayNs\":{delay}"));
        let calls = calls.map_or(String::new(), |(r, w)| format!(",\"readCalls\":{r},\"writeCalls\":{w}"));
        let (outcome, usage) = (outcome(&run, status), usage_fields(&usage));
        format!("{outcome}{usage}{queue}{calls},\"stderrTail\":\"{}\",\"orphans\":{orphans}}}", json_bytes(&run.tail))
    }

    fn handle_run(&mut self, header: usize, length: usize) {
        while self.input.len() < header + length {
            self.wait_for_input();
        }
        let rest = self.input.split_off(header + length);
        let message = std::mem::replace(&mut self.input, rest);
        let request = match parse_request(&message[header..]) {
            Ok(request) => request,
            Err(mistake) => return reply_malformed(mistake),
        };
        let delay_before = schedstat("self").unwrap_or(0);
        let line = match start(&request, self.own_nice) {
            Ok(mut run) => {
                self.watch(&mut run, request.sample_threads);
                self.finish(run, delay_before)
            }
            Err(NotStarted { stage, errno }) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
                format!("{{\"reply\":\"notStarted\",\"stage\":\"{stage}\",\"errno\":{errno},\"startedAtMs\":{now}}}")
            }
        };
        if std::env::set_current_dir("/").is_err() {
            self.leave(71);
        }
        reply(&line);
    }

    fn serve(&mut self) -> ! {
        let mut skip = 0;
        loop {
            let skipped = skip.min(self.input.len());
            self.input.drain(..skipped);
            skip -= skipped;
            let Some(end) = self.input.iter().position(|&b| b == b'\n') else {
                self.input.truncate(MAX_HEADER_BYTES);
                self.wait_for_input();
                continue;
            };
            let length = self.input[..end].strip_prefix(b"run ").and_then(number);
            match length {
                Some(length) if length <= MAX_REQUEST_BYTES => self.handle_run(end + 1, length as usize),
                Some(length) => {
                    self.input.drain(..=end);
                    skip = length as usize;
                    reply_malformed("the request is too large");
                }
                None => {
                    let line: Vec<u8> = self.input.drain(..=end).collect();
                    // A cancel that came after the run's end has nothing to do.
                    if line != b"cancel\n" {
                        reply_malformed("not a request");
                    }
                }
            }
        }
    }
}

fn reply_malformed(message: &str) {
    reply(&format!("{{\"reply\":\"malformed\",\"message\":\"{message}\"}}"));
}

/// Two processes, so that no single kill leaves anything running: the outer one ends what the inner one left, and
/// the inner one gets SIGTERM when the outer one dies.
fn split(signals: RawFd) {
    let outer = std::process::id() as c_int;
    let worker = unsafe { sys::fork() };
    if worker == 0 {
        unsafe { sys::prctl(1, sys::SIGTERM as c_ulong) };
        if unsafe { sys::getppid() } != outer {
            exit(0);
        }
        return;
    }
    unsafe { sys::close(0) };
    unsafe { sys::close(1) };
    while worker > 0 && !has_ended(worker) {
        poll(&mut [reading(signals)], None);
        take_signals(signals, |_| {
            unsafe { sys::kill(worker, sys::SIGTERM) };
        });
    }
    end_children(signals, Duration::ZERO);
    exit(if worker < 0 { 71 } else { 0 })
}

fn close_inherited() {
    let names: Vec<_> = std::fs::read_dir("/proc/self/fd").map(|d| d.flatten().map(|e| e.file_name()).collect()).unwrap_or_default();
    for fd in names.iter().filter_map(|name| name.to_str()?.parse::<RawFd>().ok()).filter(|&fd| fd > 2) {
        unsafe { sys::close(fd) };
    }
}

fn main() {
    close_inherited();
    let pr_set_child_subreaper = 36;
    unsafe { sys::prctl(pr_set_child_subreaper, 1) };
    let mut watched = [0u64; 16];
    for signal in [sys::SIGCHLD, sys::SIGTERM, 2, 1] {
        watched[0] |= 1 << (signal - 1);
    }
    unsafe { sys::sigprocmask(0, watched.as_ptr(), std::ptr::null_mut()) };
    let signals = unsafe { sys::signalfd(-1, watched.as_ptr(), sys::CLOEXEC | sys::NONBLOCK) };
    split(signals);
    unsafe { sys::prctl(pr_set_child_subreaper, 1) };
    let (core, mut limit) = (4, sys::Limit { soft: 0, hard: 0 });
    unsafe { sys::getrlimit(core, &mut limit) };
    // A crash must not cost the time of writing a core file.
    unsafe { sys::setrlimit(core, &sys::Limit { soft: 0, hard: limit.hard }) };
    unsafe { sys::setpriority(0, 0, -20) };
    let own_nice = unsafe { sys::getpriority(0, 0) };
    if std::env::set_current_dir("/").is_err() {
        exit(71);
    }
    reply(&format!("{{\"reply\":\"ready\",\"protocol\":1,\"launcher\":\"rust\",\"nice\":{own_nice}}}"));
    Launcher { signals, input: Vec::new(), own_nice }.serve()
}
