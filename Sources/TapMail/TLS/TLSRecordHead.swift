/// The head of a TLS record (RFC 8446 section 5.1).
package struct TLSRecordHead: Hashable, Sendable {
    /// What the record carries.
    package let type: TLSContentType
    /// The version that is written in the record, which is not the one that was chosen.
    package let version: UInt16
    /// Octets of the record's fragment, without the head: 0...18,432.
    package let length: Int

    /// The longest fragment: 2^14 octets and what encryption may add (RFC 5246 section 6.2.3).
    static let maximumLength = 16_384 + 2_048
    /// Octets of a head.
    static let byteCount = 5

    /// Reads a head from the low five octets of `octets`; nil if they are none.
    init?(_ octets: UInt64) {
        guard let type = TLSContentType(rawValue: UInt8(truncatingIfNeeded: octets >> 32)),
            type != .version2Hello
        else { return nil }
        self.type = type
        version = UInt16(truncatingIfNeeded: octets >> 16)
        length = Int(UInt16(truncatingIfNeeded: octets))
        guard version >> 8 == 3, length <= Self.maximumLength else { return nil }
    }

    /// Reads the first five octets of a connection as the head of a hello of SSL 2.0; nil if they are none.
    ///
    /// Two octets of length, of which the first bit is set, the message's type, and the version; `length` counts the
    /// octets behind these.
    init?(version2 octets: UInt64) {
        let first = UInt16(truncatingIfNeeded: octets >> 24)
        version = UInt16(truncatingIfNeeded: octets)
        length = Int(first & 0x7FFF) &- 3
        type = .version2Hello
        let isKnown = version == 0x0002 || (0x0300...0x0304).contains(version)
        // 9 octets are the least: type, version, and three lengths.
        guard first & 0x8000 != 0, octets >> 16 & 0xFF == 1, isKnown, length >= 6 else {
            return nil
        }
    }

    /// True if this may be taken for a head in the middle of a stream, where there is nothing but the octets to tell,
    /// behind records of `version`, if there were any.
    func isUnmistakable(after version: UInt16?) -> Bool {
        guard self.version == version ?? self.version, (0x0300...0x0304).contains(self.version)
        else { return false }
        return switch type {
        case .changeCipherSpec: length == 1
        case .alert: (2...256).contains(length)
        case .handshake, .applicationData: length > 0
        case .heartbeat, .version2Hello: false
        }
    }
}
