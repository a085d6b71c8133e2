import CTap
import TapWire

extension RingFile {
    /// The ports as the table describes them; whatever stands there, a port comes out.
    func ports() -> [RingPort] {
        (0..<geometry.portCount).map { index in
            // SAFETY: portCount is at most the table's length; the entry is copied out whole.
            let raw = unsafe port(index).pointee
            return RingPort(
                name: Self.text(raw.name),
                description: Self.text(raw.description),
                mac: MACAddress(bits: raw.mac),
                mtu: Int(raw.mtu),
                speedMegabits: Int(raw.speed_megabits),
                isMonitor: raw.flags & UInt16(CTAP_RING_PORT_MONITOR) != 0,
                linkType: LinkType(rawValue: raw.link_type)
            )
        }
    }

    /// Writes the table of ports.
    func store(_ ports: [RingPort]) {
        for (index, port) in ports.enumerated() {
            var raw = ctap_ring_port()
            Self.put(port.name, into: &raw.name)
            Self.put(port.description, into: &raw.description)
            raw.mac = port.mac.bits
            raw.mtu = UInt32(clamping: port.mtu)
            raw.speed_megabits = UInt32(clamping: port.speedMegabits)
            raw.link_type = port.linkType.rawValue
            raw.flags = port.isMonitor ? UInt16(CTAP_RING_PORT_MONITOR) : 0
            // SAFETY: there are as many ports as the geometry says, at most the table's length.
            unsafe self.port(index).pointee = raw
        }
    }

    private static func text<Field: BitwiseCopyable>(_ field: Field) -> String {
        // SAFETY: the field is an array of octets, borrowed for the call.
        unsafe withUnsafeBytes(of: field) { octets in
            unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static func put<Field: BitwiseCopyable>(_ text: String, into field: inout Field) {
        // SAFETY: the field is an array of octets, borrowed for the call; one stays zero at the end.
        unsafe withUnsafeMutableBytes(of: &field) { octets in
            unsafe octets.dropLast().copyBytes(from: text.utf8.prefix(octets.count - 1))
        }
    }
}
