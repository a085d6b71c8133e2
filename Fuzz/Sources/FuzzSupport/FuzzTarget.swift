import CFuzzer

/// A program that libFuzzer drives; mark it with `@main`.
public protocol FuzzTarget {
    /// Takes one input. It must neither trap nor take long, whatever the octets.
    static func test(_ octets: Span<UInt8>)
}

extension FuzzTarget {
    /// Hands over to libFuzzer, which reads the command line.
    public static func main() {
        unsafe running = { octets in test(octets) }
        var count = CommandLine.argc
        var arguments =
            unsafe CommandLine.unsafeArgv as UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        // SAFETY: the arguments live as long as the program.
        _ = unsafe LLVMFuzzerRunDriver(&count, &arguments) { pointer, count in
            // SAFETY: libFuzzer keeps `count` octets at `pointer` for the call, and the test cannot keep the span.
            unsafe running(UnsafeBufferPointer(start: pointer, count: count).span)
            return 0
        }
    }
}

// A C callback has no context. SAFETY: set once before the driver runs, and the driver has one thread.
nonisolated(unsafe) private var running: (Span<UInt8>) -> Void = { _ in }
