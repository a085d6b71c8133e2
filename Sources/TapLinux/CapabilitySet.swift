import CTap
public import SystemPackage

/// Which capabilities a thread has.
public struct CapabilitySet: OptionSet, Hashable, Sendable {
    /// One bit a capability, by its number.
    public var rawValue: UInt64

    /// Creates a set from its bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Creates a set of the given capabilities.
    public init(of capabilities: [Capability]) {
        rawValue = capabilities.reduce(0) { bits, capability in bits | 1 << capability.rawValue }
    }

    /// True if `capability` is among them.
    public func grants(_ capability: Capability) -> Bool {
        rawValue >> capability.rawValue & 1 != 0
    }

    /// What the calling thread may use now.
    public static func effective() throws(Errno) -> CapabilitySet {
        var effective: UInt64 = 0
        var permitted: UInt64 = 0
        // SAFETY: both live across the call, which fills them in.
        // #syscalls capget
        _ = try Errno.check(unsafe ctap_capabilities(&effective, &permitted))
        return CapabilitySet(rawValue: effective)
    }

    /// Takes all other capabilities from the calling thread, for good.
    ///
    /// Programs it starts get no more either, whoever owns them. A process with several threads must
    /// call this before it starts the others.
    public func keepOnlyThese() throws(Errno) {
        // #syscalls prctl
        _ = try Errno.check(ctap_forgo_new_privileges())
        // #syscalls capset
        _ = try Errno.check(ctap_keep_capabilities(rawValue))
    }
}
