import CTap
import Glibc
public import SystemPackage

/// A classifier in the kernel: a program that is run for each frame at a hook of an interface.
///
/// It lives as long as it is attached somewhere or this owner does.
public struct BPFProgram: ~Copyable, Sendable {
    /// Where an interface runs programs directly, without a queueing discipline (tcx, Linux 6.6).
    public enum Hook: Sendable, CaseIterable {
        /// After packet sockets have seen a frame that entered, before the host's own protocols.
        case ingress
        /// Before a frame of the host leaves.
        case egress

        var number: UInt32 {
            switch self {
            case .ingress: CTAP_BPF_TCX_INGRESS
            case .egress: CTAP_BPF_TCX_EGRESS
            }
        }
    }

    /// The programs of an interface at a hook, first to last.
    public struct Attached: Hashable, Sendable {
        /// Their system-wide numbers.
        public var identifiers: [UInt32] = []
        /// Changes with every change of the list.
        var revision: UInt64 = 0
    }

    let descriptor: FileDescriptor
    /// The number by which the whole system knows the program.
    public let identifier: UInt32

    /// Loads a program.
    ///
    /// - Parameters:
    ///   - name: What bpftool(8) shows, 15 octets at most.
    ///   - instructions: As `BPFAssembler` makes them.
    /// - Throws: `.notPermitted` without CAP_BPF and CAP_NET_ADMIN; `.invalidArgument` or
    ///   `.permissionDenied` if the verifier refuses it.
    public init(name: String, _ instructions: [BPFInstruction]) throws(Errno) {
        let words = instructions.map(\.rawValue)
        let count = UInt32(words.count)
        // SAFETY: instructions and name live across the call, which copies them.
        // #syscalls bpf
        let number = try Errno.check(unsafe ctap_bpf_load_classifier(words, count, name))
        var identifier: UInt32 = 0
        descriptor = try FileDescriptor(rawValue: number).closedOnFailure { program throws(Errno) in
            // SAFETY: the number lives across the call, which fills it in.
            // #syscalls bpf
            _ = try Errno.check(unsafe ctap_bpf_program_id(program.rawValue, &identifier))
        }
        self.identifier = identifier
    }

    deinit { try? descriptor.close() }

    /// What a program did with a frame that it was tried on.
    public struct Trial: Hashable, Sendable {
        /// What it returned.
        public var verdict: Int32
        /// How long it took, on average.
        public var nanoseconds: Int
    }

    /// Runs the program for a frame that entered nowhere and leaves nowhere; what it counts and copies, it does.
    ///
    /// - Parameters:
    ///   - frame: At least an Ethernet header.
    ///   - times: How often it is run.
    /// - Returns: What the last run returned, and how long one took.
    /// - Throws: `.invalidArgument` for a frame that is no packet, such as one that says IP and is too short.
    public func trial(on frame: [UInt8], times: Int = 1) throws(Errno) -> Trial {
        var verdict: UInt32 = 0
        var nanoseconds: UInt32 = 0
        let count = UInt32(frame.count)
        let descriptor = descriptor.rawValue
        // SAFETY: frame and results live across the call, which reads the one and fills in the others.
        // #syscalls bpf
        let result = unsafe ctap_bpf_try(
            descriptor,
            frame,
            count,
            UInt32(times),
            &verdict,
            &nanoseconds
        )
        _ = try Errno.check(result)
        return Trial(verdict: Int32(bitPattern: verdict), nanoseconds: Int(nanoseconds))
    }

    /// Runs the program for the frames of an interface, before all other programs there.
    ///
    /// - Throws: `.invalidArgument` if the kernel has no tcx.
    public func attach(to index: Int32, at hook: Hook) throws(Errno) {
        // #syscalls bpf
        _ = try Errno.check(ctap_bpf_attach(descriptor.rawValue, index, hook.number))
    }

    /// Takes the program of that number off an interface, wherever it is.
    public static func detach(_ identifier: UInt32, from index: Int32) throws(Errno) {
        for hook in Hook.allCases { try detach(identifier, from: index, at: hook) }
    }

    /// Takes the program of that number off a hook of an interface; one that is not there is none.
    ///
    /// Without CAP_SYS_ADMIN there is no way from the number to the program, but by its place among the others.
    public static func detach(
        _ identifier: UInt32,
        from index: Int32,
        at hook: Hook
    ) throws(Errno) {
        let attached = try attached(to: index, at: hook)
        guard let place = attached.identifiers.firstIndex(of: identifier) else { return }
        let isLast = place == attached.identifiers.count - 1
        let number = hook.number
        let revision = attached.revision
        // #syscalls bpf
        let result =
            place == 0 || isLast
            ? ctap_bpf_detach_end(index, number, isLast ? 1 : 0, revision)
            : ctap_bpf_detach_behind(index, number, attached.identifiers[place - 1], revision)
        _ = try Errno.check(result)
    }

    /// The programs that an interface runs; none where the kernel has no tcx.
    public static func attached(to index: Int32, at hook: Hook) throws(Errno) -> Attached {
        var attached = Attached()
        var identifiers = [UInt32](repeating: 0, count: maximumCount)
        var count = UInt32(maximumCount)
        // SAFETY: all live across the call, which fills in at most `count` numbers.
        // #syscalls bpf
        let result = unsafe ctap_bpf_query(
            index,
            hook.number,
            &identifiers,
            &count,
            &attached.revision
        )
        // Kernels before tcx do not know the hook; without privilege nothing is told.
        guard result != -Glibc.EINVAL, result != -Glibc.ENOENT else { return attached }
        _ = try Errno.check(result)
        attached.identifiers = Array(identifiers.prefix(Int(count)))
        return attached
    }

    // BPF_MPROG_MAX, linux/bpf_mprog.h
    private static let maximumCount = 64
}
