import TapCapture
import TapLinux
import TapRing
import TapWire

extension CaptureInterface {
    /// A port of a ring as it stands in a capture file.
    init(_ port: RingPort, snapLength: UInt32, filter: String?) {
        let kind = port.isMonitor ? "hubtap monitor port" : "hubtap port"
        self.init(
            name: port.name,
            description: port.description.isEmpty ? kind : "\(kind): \(port.description)",
            macAddress: port.mac.bits == 0 ? nil : port.mac,
            bitsPerSecond: port.speedMegabits > 0 ? UInt64(port.speedMegabits) * 1_000_000 : nil,
            linkType: port.linkType,
            snapLength: snapLength,
            filter: filter,
            hardware: Self.hardware(of: port)
        )
    }

    /// The driver of the port's card; nil where this machine has no such card, as with a ring from another one.
    private static func hardware(of port: RingPort) -> String? {
        guard let facts = try? RouteSocket().facts(of: port.name), facts.mac == port.mac,
            let driver = try? InterfaceControl().driver(of: port.name)
        else { return nil }
        return "driver \(driver)"
    }
}
