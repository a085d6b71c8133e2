import Glibc
public import TapWire

/// The two clocks a mapping's writer and readers look at, without a system call where there is a vDSO.
public enum FileMappingClock {
    /// The time of day.
    public static func now() -> Timestamp { Timestamp(nanoseconds: read(CLOCK_REALTIME)) }

    /// Nanoseconds that only ever grow, for waiting.
    public static func monotonicNanoseconds() -> Int64 { read(CLOCK_MONOTONIC) }

    /// Lets other threads run for about `nanoseconds`; a signal may end it earlier.
    public static func pause(nanoseconds: Int64) {
        let length = max(0, nanoseconds)
        var time = timespec(
            tv_sec: Int(length / 1_000_000_000),
            tv_nsec: Int(length % 1_000_000_000)
        )
        // SAFETY: `time` lives across the call, which only reads it.
        // #syscalls clock_nanosleep
        _ = unsafe nanosleep(&time, nil)
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // SAFETY: `time` lives across the call, which fills it in; both clocks always exist.
        // #syscalls clock_gettime
        _ = unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
