/// What a cipher suite adds to the octets inside a record, which tells from a record's length how many there were.
enum TLSProtection: Hashable, Sendable {
    /// Always as many octets: a tag, a nonce, since TLS 1.3 the kind; or a stream cipher's code.
    case fixed(Int)
    /// Code and padding up to whole blocks, and from TLS 1.1 on a block that begins the record.
    case blocks(code: Int, block: Int, start: Int)

    /// What `suite` does under `version`; nil if it is not known.
    init?(cipherSuite suite: UInt16, version: UInt16) {
        if version >= 0x0304 {
            switch suite {
            case 0x1301...0x1304: self = .fixed(17)
            case 0x1305: self = .fixed(9)
            default: return nil
            }
            return
        }
        switch suite {
        case 0x009C...0x00AD, 0xC02B...0xC032, 0xC050...0xC05D, 0xC07A...0xC08D, 0xC09C...0xC09F,
            0xC0A4...0xC0A7, 0xC0AC...0xC0AD:
            self = .fixed(24)
        case 0xCCA8...0xCCAE, 0xC0A0...0xC0A3, 0xC0A8...0xC0AB, 0xC0AE...0xC0AF: self = .fixed(16)
        case 0x0001, 0x0004, 0x0018: self = .fixed(16)
        case 0x0002, 0x0005, 0xC001, 0xC002, 0xC006, 0xC007, 0xC00B, 0xC00C, 0xC010, 0xC011, 0xC015,
            0xC016:
            self = .fixed(20)
        case 0x003B: self = .fixed(32)
        default:
            guard let (code, block) = Self.blockCipher(suite) else { return nil }
            self = .blocks(code: code, block: block, start: version >= 0x0302 ? block : 0)
        }
    }

    /// Octets of the code and of a block, of suites with CBC.
    private static func blockCipher(_ suite: UInt16) -> (code: Int, block: Int)? {
        switch suite {
        case 0x000A, 0x000D, 0x0010, 0x0013, 0x0016, 0x001B, 0xC003, 0xC008, 0xC00D, 0xC012, 0xC017:
            (20, 8)
        case 0x002F...0x003A, 0x0041...0x0046, 0x0084...0x0089, 0xC004, 0xC005, 0xC009, 0xC00A,
            0xC00E, 0xC00F, 0xC013, 0xC014, 0xC018, 0xC019:
            (20, 16)
        case 0x003C...0x0040, 0x0067...0x006D, 0x00BA...0x00C5, 0xC023, 0xC025, 0xC027, 0xC029,
            0xC072, 0xC074, 0xC076, 0xC078:
            (32, 16)
        case 0xC024, 0xC026, 0xC028, 0xC02A, 0xC073, 0xC075, 0xC077, 0xC079: (48, 16)
        default: nil
        }
    }

    /// How many octets were put into a record with a fragment of `length` octets: one number, or with padding several.
    ///
    /// Padding beyond what the blocks ask for is not taken into account; common libraries add none. Nil if the fragment is
    /// too short to be of this kind.
    func plaintextLength(ofFragment length: Int) -> ClosedRange<Int>? {
        switch self {
        case .fixed(let overhead):
            return length < overhead ? nil : length &- overhead...length &- overhead
        case .blocks(let code, let block, let start):
            // One octet of padding is always there, which tells how many more there are.
            let most = length &- start &- code &- 1
            guard most >= 0 else { return nil }
            return max(0, most &- (block &- 1))...most
        }
    }
}
