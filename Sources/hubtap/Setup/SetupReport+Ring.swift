import TapConfig
import TapPlane
import TapRing
import TapWire

extension SetupReport {
    /// Adds what stands in the way of the hub's ring, or that nothing does.
    ///
    /// - Parameters:
    ///   - ring: The ring as configured.
    ///   - options: What the hub would be told.
    mutating func add(ring: RingConfiguration, of options: HubOptions) {
        let names = options.plane.interfaces
        // With no ports or too many there is no ring to speak of, and that is told already.
        guard (1...PortIndex.maximumCount).contains(names.count) else { return }
        var ring = ring
        ring.replacesOther = options.replacesRing
        let ports = names.enumerated().map { index, name in
            RingPort(name: name, isMonitor: index >= options.plane.ports.count)
        }
        if options.plane.keep == .headers { add([.headersOnly]) }
        do throws(RingError) {
            add([], of: "ring", else: Self.words(try RingOutlook(of: ring, ports: ports), ring))
        } catch {
            add([SetupFinding(error)], of: "ring", else: "")
        }
    }

    private static func words(_ outlook: RingOutlook, _ ring: RingConfiguration) -> String {
        let size = ByteSize(octets: ring.byteCount)
        guard !outlook.isContinued else { return "\(ring.path), \(size), goes on where it ended" }
        let place = outlook.isMemory ? "in memory" : "on a disk"
        let free = ByteSize(octets: outlook.availableByteCount & ~0xF_FFFF)
        return "\(ring.path), \(size) of \(free) free \(place)"
    }
}

extension SetupFinding {
    fileprivate static let headersOnly = SetupFinding(
        .warning,
        "ring-headers-only",
        "ring.keep",
        "asks for headers only: no mail can be read, and no abuse of it found",
        fix: "use all, or mail, which costs less than headers of everything"
    )

    /// The mistake for which the hub refuses the ring.
    fileprivate init(_ error: RingError) {
        let advice = error.advice
        self.init(
            .mistake,
            advice.name,
            "ring \(error.path)",
            advice.problem,
            fix: advice.remedy.replacing("ask for a replacement", with: "use --replace-ring")
        )
    }
}
