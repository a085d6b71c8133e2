import CTap
import TapWire

extension RingFile {
    /// The ports as the table describes them; whatever stands there, a port comes out.
    ///
    /// One whose description is damaged is named by its index.
    func ports() -> [RingPort] {
        (0..<geometry.portCount).map { index in
            guard let raw = description(index) else {
                return RingPort(name: "port-\(index)", description: "its description is damaged")
            }
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

    // Written when a writer takes the ring: who reads meanwhile looks again.
    private func description(_ index: Int) -> ctap_ring_port? {
        for _ in 0..<100 {
            var raw = ctap_ring_port()
            // SAFETY: portCount is at most the table's length; an entry is whole words.
            unsafe ctap_ring_copy_words(&raw, port(index), MemoryLayout<ctap_ring_port>.size / 8)
            if raw.crc == checksum.sum(raw) { return raw }
        }
        return nil
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
            raw.crc = checksum.sum(raw)
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
