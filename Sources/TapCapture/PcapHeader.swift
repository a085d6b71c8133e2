internal import TapWire

/// The header of a pcap file (draft-ietf-opsawg-pcap section 4).
struct PcapHeader {
    static let byteCount = 24

    /// What the magic number says.
    struct Form {
        var order: ByteOrder
        var hasNanoseconds: Bool
        /// Record headers have eight octets more, among them the direction ("modified" form).
        var isModified: Bool

        /// Reads the magic number as it stands in the file; nil if it is none.
        init?(magic: UInt32) {
            switch magic {
            case 0xA1B2_C3D4: self.init(order: .big, hasNanoseconds: false, isModified: false)
            case 0xD4C3_B2A1: self.init(order: .little, hasNanoseconds: false, isModified: false)
            case 0xA1B2_3C4D: self.init(order: .big, hasNanoseconds: true, isModified: false)
            case 0x4D3C_B2A1: self.init(order: .little, hasNanoseconds: true, isModified: false)
            case 0xA1B2_CD34: self.init(order: .big, hasNanoseconds: false, isModified: true)
            case 0x34CD_B2A1: self.init(order: .little, hasNanoseconds: false, isModified: true)
            default: return nil
            }
        }

        private init(order: ByteOrder, hasNanoseconds: Bool, isModified: Bool) {
            self.order = order
            self.hasNanoseconds = hasNanoseconds
            self.isModified = isModified
        }
    }

    var form: Form
    var linkType: LinkType
    var snapLength: UInt32
    var checkSequenceByteCount: Int
    /// Before version 2.4 some writers put the two lengths the other way round.
    var mayHaveSwappedLengths: Bool

    var recordHeaderByteCount: Int { form.isModified ? 24 : 16 }

    /// Reads the header in the first `byteCount` octets.
    init(_ form: Form, _ octets: Span<UInt8>) throws(CaptureError) {
        let major = form.order.uint16(octets, at: 4)
        let minor = form.order.uint16(octets, at: 6)
        guard major == 2 && minor <= 4 else {
            throw CaptureError(
                code: .unsupportedVersion,
                offset: 4,
                problem: "pcap version \(major).\(minor) is not known, only 2.0 to 2.4 are"
            )
        }
        self.form = form
        mayHaveSwappedLengths = minor < 4
        snapLength = form.order.uint32(octets, at: 16)
        let word = form.order.uint32(octets, at: 20)
        linkType = LinkType(rawValue: UInt16(truncatingIfNeeded: word))
        // The upper bits count the check sequence in pairs of octets, if bit 26 is set.
        checkSequenceByteCount = word & 0x0400_0000 == 0 ? 0 : Int(word >> 28) * 2
    }
}
