import CTap
import Glibc
public import SystemPackage

/// Counters that programs in the kernel count with, one set a processor, so that they share nothing.
///
/// They live as long as a program that uses them is attached somewhere, beyond this process.
public struct BPFCounters: ~Copyable, Sendable {
    /// The map, for programs.
    public let descriptor: FileDescriptor
    /// How many counters there are.
    public let count: Int
    private let processorCount: Int

    /// Creates counters at 0.
    public init(count: Int, name: String) throws(Errno) {
        let processors = try Self.possibleProcessorCount()
        let octets = UInt32(count * MemoryLayout<UInt64>.size)
        // SAFETY: the name lives across the call, which copies it.
        // #syscalls bpf
        let number = try Errno.check(unsafe ctap_bpf_create_counters(octets, name))
        descriptor = FileDescriptor(rawValue: number)
        self.count = count
        processorCount = processors
    }

    /// Takes up counters that a program in the kernel counts with; needs CAP_SYS_ADMIN.
    ///
    /// - Throws: `.invalidArgument` if they are other counters than these.
    public init(identifier: UInt32, count: Int, name: String) throws(Errno) {
        let processors = try Self.possibleProcessorCount()
        descriptor = try BPFMap.open(
            identifier,
            name: name,
            valueByteCount: count * MemoryLayout<UInt64>.size,
            entryCount: 1
        )
        self.count = count
        processorCount = processors
    }

    deinit { try? descriptor.close() }

    /// The number by which the whole system knows them.
    public func identifier() throws(Errno) -> UInt32 {
        try BPFMap.facts(of: descriptor).identifier
    }

    /// Lets the counters begin at `sums`; only before a program counts.
    ///
    /// - Precondition: there are `count` sums.
    public func begin(at sums: [UInt64]) throws(Errno) {
        precondition(sums.count == count)
        let values = sums + [UInt64](repeating: 0, count: count * (processorCount - 1))
        // SAFETY: the kernel reads `count` numbers for each possible processor, and no more.
        // #syscalls bpf
        let result = unsafe values.withUnsafeBytes { octets in
            unsafe ctap_bpf_write_value(descriptor.rawValue, octets.baseAddress)
        }
        _ = try Errno.check(result)
    }

    /// The sums over all processors.
    public func read() throws(Errno) -> [UInt64] {
        var values = [UInt64](repeating: 0, count: count * processorCount)
        // SAFETY: the kernel fills in `count` numbers for each possible processor, and no more.
        // #syscalls bpf
        _ = try Errno.check(
            unsafe values.withUnsafeMutableBytes { room in
                unsafe ctap_bpf_read_value(descriptor.rawValue, room.baseAddress)
            }
        )
        return (0..<count).map { counter in
            stride(from: counter, to: values.count, by: count).reduce(0) { $0 &+ values[$1] }
        }
    }

    /// How many processors the machine can ever have, which is as many values as the kernel copies.
    static func possibleProcessorCount() throws(Errno) -> Int {
        let text = String(
            decoding: try SmallFile.read("/sys/devices/system/cpu/possible"),
            as: UTF8.self
        )
        // "0" or "0-63", or several such; the last number is the highest.
        let last = text.split { !$0.isNumber }.last.flatMap { Int($0) }
        guard let last, last < 1 << 16 else { throw .ioError }
        return last + 1
    }
}
