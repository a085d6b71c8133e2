import CTap
import Glibc
import SystemPackage

/// Finds out what the kernel can do by trying it, where nothing of the real system can change.
///
/// Filters are tried on the loopback interface of a network namespace that is made for it and goes with
/// it. Where no such namespace may be made, what needs none is tried, and the rest is looked up in
/// /boot. The kernel may load modules for what is tried, as it would for a hub.
public enum KernelProbe {
    /// The answers for every feature.
    public static func answers() -> [KernelFeature: KernelAnswer] {
        do throws(Errno) {
            return try NetworkNamespace.throwaway { tryEverything() }
        } catch {
            return answers(without: error)
        }
    }

    /// The only interface of a new namespace.
    private static let loopback: Int32 = 1

    private static func tryEverything() -> [KernelFeature: KernelAnswer] {
        var answers: [KernelFeature: KernelAnswer] = [:]
        answers[.bpf] = tryBPF()
        answers[.tcx] = answer { () throws(Errno) in
            try BPFProgram(name: "hubtap_try", nothing).attach(to: loopback, at: .ingress)
        }
        answers[.packetSocket] = answer { () throws(Errno) in
            let geometry = PacketRingGeometry(mtu: 1500, slotCount: 1)
            _ = try PacketReceiver(interface: loopback, geometry: geometry)
        }
        let filters = answer { () throws(Errno) in
            try RouteSocket().addFilterDiscipline(to: loopback)
        }
        answers[.clsact] = filters
        // Without it there is nothing to hang a filter on: the ingress discipline is of the same module.
        guard filters == .works else {
            for feature in [KernelFeature.bpfClassifier, .u32Classifier, .mirred] {
                answers[feature] = .untried(.notSupported)
            }
            return answers
        }
        answers[.bpfClassifier] = answer { () throws(Errno) in
            try RouteSocket().addDropFilter(to: loopback, at: .ingress)
        }
        answers[.u32Classifier] = answer { () throws(Errno) in
            try RouteSocket().letPass(from: "lo", by: loopback, number: 1)
        }
        answers[.mirred] = answer { () throws(Errno) in
            try RouteSocket().setForwarding(from: loopback, to: [loopback])
        }
        return answers
    }

    private static func answers(without reason: Errno) -> [KernelFeature: KernelAnswer] {
        let configuration = KernelConfiguration()
        var answers: [KernelFeature: KernelAnswer] = [:]
        for feature in KernelFeature.allCases {
            guard let configuration else {
                answers[feature] = .untried(reason)
                continue
            }
            answers[feature] =
                configuration.has(feature.configurationName) ? .configured : .missing
        }
        answers[.bpf] = tryBPF()
        let packets = answer { () throws(Errno) in
            let socket = try PacketSocket.open()
            try? socket.close()
        }
        if case .untried = packets { return answers }
        answers[.packetSocket] = packets
        return answers
    }

    private static func tryBPF() -> KernelAnswer {
        answer { () throws(Errno) in
            _ = try BPFProgram(name: "hubtap_try", nothing)
            _ = try BPFFrameRing(byteCount: 1 << 16, name: "hubtap_try")
        }
    }

    /// A program that lets every frame pass.
    private static var nothing: [BPFInstruction] {
        var assembler = BPFAssembler()
        assembler.exit(0)
        return assembler.program
    }

    private static func answer(_ attempt: () throws(Errno) -> Void) -> KernelAnswer {
        do throws(Errno) {
            try attempt()
            return .works
        } catch {
            return absences.contains(error) ? .missing : .untried(error)
        }
    }

    /// How the kernel says that it has no such thing.
    private static let absences: Set<Errno> = [
        .noSuchFileOrDirectory, .notSupported, .noFunction, .protocolNotSupported,
        .addressFamilyNotSupported, .protocolNotAvailable, .invalidArgument,
    ]
}
