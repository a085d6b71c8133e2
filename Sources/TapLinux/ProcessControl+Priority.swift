import Glibc
public import SystemPackage

// Linux keeps policy and nice value by thread (sched(7)); a new thread or process inherits them from the
// thread that makes it. So each of these is to be called while there is one thread only.
extension ProcessControl {
    /// How far a program that gives way steps back.
    ///
    /// A step is a factor of about 1.25 in the share of a contended processor. With five back and five forward the hub
    /// has nine tenths of it beside its observer. Twice as far was measured to be worse (docs/measurements.md): who is
    /// served so rarely is then served for a whole slice, while frames wait.
    public static let yieldingNice: CInt = 5

    /// How far a program that goes first steps forward: three quarters of a processor against any other program.
    public static let favouredNice: CInt = -5

    /// SCHED_BATCH of sched.h, which shows it under _GNU_SOURCE only.
    private static let batchPolicy: CInt = 3

    /// Lets others go first: leaves a real-time policy, and steps back behind programs of the same nice value.
    ///
    /// Under SCHED_BATCH a thread that wakes up does not interrupt the one that runs, which a nice value alone
    /// does not promise. A thread under SCHED_IDLE stands behind everyone already and stays there: leaving that
    /// policy may be forbidden. None of it needs a privilege.
    public static func giveWay() throws(Errno) {
        // #syscalls sched_getscheduler
        let policy = sched_getscheduler(0)
        if policy == SCHED_OTHER || policy == SCHED_FIFO || policy == SCHED_RR {
            var parameters = sched_param()
            // #syscalls sched_setscheduler
            // SAFETY: the parameters live across the call, which only reads them.
            let result = unsafe sched_setscheduler(0, batchPolicy, &parameters)
            guard result == 0 else { throw Errno(rawValue: errno) }
        }
        try step(by: yieldingNice)
    }

    /// Goes before other programs on the same processor, if CAP_SYS_NICE or RLIMIT_NICE allow it.
    ///
    /// A real-time policy stands above every nice value and stays as it is.
    public static func goFirst() throws(Errno) { try step(by: favouredNice) }

    /// Moves the nice value, which the kernel holds between -20 and 19: whatever the one who started us chose, it
    /// goes on to count.
    private static func step(by steps: CInt) throws(Errno) {
        // -1 is a nice value too.
        errno = 0
        // #syscalls getpriority setpriority
        guard nice(steps) == -1, errno != 0 else { return }
        throw Errno(rawValue: errno)
    }
}
