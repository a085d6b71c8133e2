import TapLinux

/// The programs that the kernel runs for the frames of a port, at the entry and before the exit.
///
/// Packet sockets see a frame before the first and, as they bypass the queueing discipline, send past
/// the second.
struct PortClassifiers: Hashable {
    /// For frames that enter.
    var ingress: [BPFInstruction]
    /// For frames that are about to leave.
    var egress: [BPFInstruction]
    /// What the programs count and copy into, if they do.
    var maps: KernelMaps?
    /// Whether they are to hang on the interface itself where it can (tcx), not on filters.
    var usesDirectHooks = true

    /// Programs that keep the port from the host: it hears nothing and says nothing there.
    static let silence = PortClassifiers(ingress: drop, egress: drop)

    /// Drops every frame.
    private static var drop: [BPFInstruction] {
        var assembler = BPFAssembler()
        assembler.exit(Verdict.drop)
        return assembler.program
    }

    /// Verdicts of a classifier (linux/pkt_cls.h).
    enum Verdict {
        /// Nothing decided: go on with the next program.
        static let next: Int32 = -1
        static let drop: Int32 = 2
    }

    /// Where fields of struct __sk_buff stand (linux/bpf.h).
    enum Context {
        static let length: Int16 = 0
        static let etherType: Int16 = 16
        static let hasTag: Int16 = 20
        static let tagControl: Int16 = 24
        static let tagProtocol: Int16 = 28
        static let ingressInterface: Int16 = 36
        static let segmentSize: Int16 = 176
    }
}
