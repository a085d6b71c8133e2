import CTap
public import SystemPackage

/// Numbers that tell programs in the kernel what to do, and can be set while they run.
public struct BPFSwitches: ~Copyable, Sendable {
    /// The map, for programs.
    public let descriptor: FileDescriptor
    /// How many there are.
    public let count: Int

    /// Creates switches at 0.
    public init(count: Int, name: String) throws(Errno) {
        let octets = UInt32(count * MemoryLayout<UInt32>.size)
        // SAFETY: the name lives across the call, which copies it.
        // #syscalls bpf
        let number = try Errno.check(unsafe ctap_bpf_create_switches(octets, name))
        descriptor = FileDescriptor(rawValue: number)
        self.count = count
    }

    deinit { try? descriptor.close() }

    /// Sets all of them; a program may see some of the new values beside some of the old.
    ///
    /// - Precondition: there are `count` values.
    public func set(_ values: [UInt32]) throws(Errno) {
        precondition(values.count == count)
        // SAFETY: the kernel reads `count` numbers, and no more.
        // #syscalls bpf
        let result = unsafe values.withUnsafeBytes { octets in
            unsafe ctap_bpf_write_value(descriptor.rawValue, octets.baseAddress)
        }
        _ = try Errno.check(result)
    }
}
