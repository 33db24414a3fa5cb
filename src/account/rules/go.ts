import type { ComponentRule, RuleSet } from "../components.ts";
import { libcRules } from "./native.ts";

function names(text: string): readonly string[] {
  return text.split(" ");
}

function runtime(text: string): readonly string[] {
  return names(text).map((name) => `runtime.${name}`);
}

/** Symbols of Go 1.22 to 1.26; `internal/runtime` took over maps and locks on the way. */
const goRules: readonly ComponentRule[] = [
  {
    component: "gc",
    detail: "assist",
    symbols: runtime("gcAssist* gcParkAssist* deductAssistCredit* gcFlushBgCredit"),
  },
  {
    component: "gc",
    detail: "mark",
    symbols: [
      ...runtime(
        "gcDrain* scanObject* scanobject* scanblock* scanstack* scanframe* scanConservative " +
          "scanSpan* greyobject* findObject* markroot* gcBgMark* gcMark* gcmarknewobject* shade* " +
          "tryDeferToSpanScan* spanOf* (*gcWork)* (*gcBits)* (*spanQueue)* (*spanSPMC)* " +
          "(*spanInlineMarkBits)* (*stackScanState)* typePointers* (*mspan).typePointers* " +
          "(*mspan).heapBitsSmallForAddr (*mspan).moveInlineMarks (*mspan).markBits* " +
          "(*mspan).objIndex isMarked* getempty* putempty* putfull* trygetfull* handoff " +
          "gcResetMark* gcPrepareMark* gcNextMarkRoot extractHeapBitsSmall suspendG resumeG " +
          "adjustframe* (*workbuf)* gcScan* spanSetScans",
      ),
      ...names("internal/runtime/gc* expandAVX512_*"),
    ],
  },
  {
    component: "gc",
    detail: "sweep",
    symbols: runtime(
      "bgsweep* sweepone* gcSweep* (*sweepLocked)* (*sweepLocker)* (*activeSweep)* " +
        "(*mspan).ensureSwept (*mspan).sweep* (*mheap).reclaim* (*mheap).nextSpanForSweep " +
        "deductSweepCredit finishsweep_m* freeStackSpans freeSomeWbufs* newMarkBits* " +
        "newAllocBits* freeDeadSpan* nextMarkBitArenaEpoch (*mcache).prepareForSweep freeSpecial " +
        "mProf_Free",
    ),
  },
  {
    component: "gc",
    detail: "control",
    symbols: runtime(
      "gcStart* stopTheWorld* startTheWorld* gcController* (*gcController*)* gcControllerCommit " +
        "(*gcCPULimiter*)* bgscavenge* (*scavenger*)* (*scavengeIndex)* (*pageAlloc).scavenge* " +
        "gcTrigger* gcPace* gcShould* gcWakeAll* gcBegin* gcEnd* gcStopm gcstopm GC GC.* gcinit " +
        "gcenable* runFinalizers* (*cleanupQueue)* SetFinalizer* addfinalizer removefinalizer addspecial forEachP* forEachG* clearpools* " +
        "gcComputeStarting* (*limiterEvent)* scavengeThreshold runSafePointFn gcWaitOnMark",
    ),
  },
  {
    component: "write-barrier",
    symbols: [
      ...runtime(
        "gcWriteBarrier* wbBuf* (*wbBuf)* typedmemmove* typedslicecopy typedmemclr* bulkBarrier* " +
          "typeBitsBulkBarrier wbMove wbZero atomicwb memclrHasPointers typedarrayclear " +
          "reflect_typed*",
      ),
      "gcWriteBarrier*",
      "runtime/internal/atomic.storeWB*",
    ],
  },
  {
    component: "alloc",
    symbols: runtime(
      "mallocgc* newobject newarray makeslice* growslice* nextFree* nextslicecap roundupsize " +
        "rawbyteslice rawruneslice rawstring* rawmem* concatstring* slicebytetostring* " +
        "stringtoslice* gostring* makechan* persistentalloc* (*mcache)* (*mcentral)* (*mheap)* " +
        "(*mspan)* (*pageAlloc)* (*pageCache)* (*pageBits)* (*pallocBits)* (*pallocData)* " +
        "(*fixalloc)* (*spanSet*)* (*mSpanList)* (*linearAlloc)* (*consistentHeapStats)* " +
        "(*sysMemStat)* (*addrRanges)* addrRange* allocNeedsZero allocmcache* profilealloc " +
        "mProf_Malloc* publicationBarrier mergeSummaries sysAlloc* sysMap* sysUsed* sysUnused* " +
        "sysFree* sysReserve* sysFault* sysHugePage* sysNoHugePage* nextSample* " +
        "memclrNoHeapPointersChunked moveSlice* postMallocgc* setTinyBlock* postMalloc* " +
        "preMalloc* deductGC*",
    ),
  },
  {
    component: "copy",
    detail: "copy",
    neutral: true,
    symbols: runtime("memmove* duffcopy*"),
  },
  {
    component: "copy",
    detail: "clear",
    neutral: true,
    symbols: runtime("memclrNoHeapPointers* duffzero*"),
  },
  {
    component: "copy",
    detail: "compare",
    neutral: true,
    symbols: [
      ...runtime(
        "memequal* cmpstring* strequal* interequal* nilinterequal* efaceeq* ifaceeq* f64equal* " +
          "f32equal*",
      ),
      ...names(
        "internal/bytealg.* cmpbody* memeqbody* indexbody* indexbytebody* countbody* type:.eq.* " +
          "internal/stringslite.*",
      ),
    ],
  },
  {
    component: "hash",
    inlined: true,
    symbols: [
      ...runtime(
        "map* memhash* strhash* interhash* nilinterhash* typehash* f64hash* f32hash* makemap* " + "aeshash*",
      ),
      ...names(
        "internal/runtime/maps.* aeshash* type:.hash.* hash/maphash.* " +
          "internal/sync.(*HashTrieMap* maps.*",
      ),
    ],
  },
  {
    component: "sync",
    symbols: [
      ...runtime(
        "chan* (*hchan)* closechan* selectgo* selectnb* sellock* selunlock* send recv sendDirect " +
          "recvDirect sema* (*semaRoot)* acquireSudog releaseSudog notifyList* sync_* block empty " +
          "full",
      ),
      ...names("sync.* internal/sync.* sync/atomic.* internal/runtime/atomic.* context.*"),
    ],
  },
  {
    component: "scheduler",
    detail: "lock",
    neutral: true,
    symbols: runtime(
      "lock lock2* unlock unlock2* lockWithRank* lockextra futex* osyield* procyield* " +
        "(*mLockProfile)* (*lockTimer)*",
    ),
  },
  {
    component: "scheduler",
    detail: "switch",
    neutral: true,
    symbols: runtime("systemstack* mcall* goexit* gogo* mstart* morestack_switch*"),
  },
  {
    // The scheduler's part of a system call and of a call into C: the caller says which of them it was.
    component: "scheduler",
    detail: "leaving and entering Go",
    neutral: true,
    symbols: runtime("entersyscall* exitsyscall* reentersyscall* save"),
  },
  {
    component: "foreign-calls",
    symbols: [
      ...runtime("cgocall* asmcgocall* cgocallback* cgoCheck* cgoUse cgoNoCallback"),
      ...names("_cgo_* _cgoexp_* x_cgo_* crosscall* gosave_systemstack_switch"),
    ],
  },
  {
    component: "scheduler",
    symbols: runtime(
      "schedule findRunnable* findrunnable* park* gopark* goready* ready* runq* stealWork* " +
        "globrunq* execute casgstatus* castog* casfrom* casG* note* stopm startm* wakep* " +
        "handoffp* injectglist* pidle* mPark resetspinning checkTimers* (*timers)* (*timer)* " +
        "timeSleep* usleep* nanotime* newproc* newm* " +
        "allocm* malg* gfget* gfput* gdestroy goexit0 goexit1* sysmon* retake* netpoll* Gosched* " +
        "gosched* goschedImpl* preempt* asyncPreempt* doSigPreempt sigtramp* sighandler* " +
        "sigtrampgo* sigprof* adjustSignalStack* signalM tgkill* newosproc* clone* mexit* " +
        "acquirep* releasep* wirep* mput mget dropg goyield* checkdead* timer* pMask* (*p)* " +
        "(*randomOrder)* randomEnum* procresize* needm* dropm* rtsigprocmask* " +
        "rt_sigaction* sigaltstack* getMCache* wakeNetPoller (*wakeableSleep)* checkRunqs* " +
        "syscallingThread* pollWork* mspinning bool2int",
    ),
  },
  {
    component: "stack",
    detail: "stack growth and walking",
    symbols: runtime(
      "morestack* newstack* copystack* stackalloc* stackfree* stackcache* stackpool* " +
        "shrinkstack* adjust* gentraceback* (*unwinder)* (*stkframe)* pcvalue* pcdata* findfunc* " +
        "funcspdelta* funcMaxSPDelta step readvarint traceback* callers* Callers* (*Frames)* " +
        "getStackMap* (*inlineUnwinder)* funcline1* (*moduledata)* newInlineUnwinder funcInfo*",
    ),
  },
  {
    component: "stack",
    detail: "defer and panic",
    symbols: runtime(
      "defer* popDefer* gopanic* gorecover* recovery* (*_panic)* goPanic* panic* throw* fatal* " +
        "printpanic* sigpanic* addOneOpenDefer* freedefer",
    ),
  },
  {
    component: "reflect",
    symbols: [
      ...runtime(
        "conv* assert* getitab* (*itabTable* typeAssert* interfaceSwitch* itab* typesEqual* " +
          "resolveTypeOff* resolveNameOff* reflectcall*",
      ),
      ...names("reflect.* internal/reflectlite.* internal/abi.*"),
    ],
  },
  {
    component: "format",
    inlined: true,
    symbols: names("strconv.* fmt.* internal/strconv.* internal/fmtsort.* unicode/utf8.* text/tabwriter.*"),
  },
  {
    component: "io",
    detail: "system call",
    neutral: true,
    symbols: [
      ...runtime("write* read.abi0 open.abi0 closefd*"),
      ...names("internal/runtime/syscall* syscall.* internal/syscall/* runtime/internal/syscall*"),
    ],
  },
  {
    component: "io",
    symbols: names(
      "internal/poll.* runtime.(*pollCache)* runtime.(*pollDesc)* runtime.poll* os.* bufio.* io.* io/fs.* net.* net/netip.* log.*",
    ),
  },
  {
    component: "startup",
    symbols: [
      ...runtime(
        "rt0_go* schedinit* doInit* args* osinit* check* modulesinit* typelinksinit* itabsinit* " +
          "mallocinit* cpuinit* alginit* goenvs* sysargs* sysauxv* vdso* main main.* randinit* " +
          "mcommoninit* parsedebugvars* init* exit* minit* settls* mstartm0 moduledataverify* " +
          "godebug* getGodebug*",
      ),
      ...names("_rt0_* go:main.* internal/cpu.* internal/godebug*"),
    ],
  },
  {
    component: "page-faults",
    detail: "memory mapping",
    neutral: true,
    symbols: runtime("mmap* munmap* madvise* mincore* sysMmap* sysMunmap*"),
  },
  {
    component: "runtime",
    symbols: [...runtime("*"), ...names("runtime/* internal/runtime/* gosave* cgo* crosscall* x_cgo* _cgo*")],
  },
  // Only a binary with cgo has these.
  ...libcRules.filter((rule) => rule.modules !== undefined),
];

/** First elements of import paths of the standard library: a module's path has a dot or is none of these. */
const standardRoots = new Set(
  (
    "archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag " +
    "fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime " +
    "slices sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak"
  ).split(" "),
);

export const goRuleSet: RuleSet = {
  rules: goRules,
  packageOf: goPackage,
  isStandard: (name) => standardRoots.has(name.split("/")[0] ?? ""),
  bare: "runtime",
};

/** "example.com/a/b.(*T[int]).M" is of package "example.com/a/b". Dots in the last path element are escaped by the linker. */
function goPackage(symbol: string): string | undefined {
  const type = symbol.search(/[[(]/);
  const head = type === -1 ? symbol : symbol.slice(0, type);
  const dot = head.indexOf(".", head.lastIndexOf("/") + 1);
  return dot <= 0 ? undefined : head.slice(0, dot).replaceAll("%2e", ".");
}
