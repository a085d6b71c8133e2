/// Values one after the other, as the data section of a table has them.
///
/// Source: https://maxmind.github.io/MaxMind-DB/, "Output Data Section".
struct AddressTableSection {
    private(set) var octets: [UInt8] = []
    /// Where each text begins that was written, so that a later one points to it.
    private var texts: [String: Int] = [:]
    private let sharesTexts: Bool

    /// An empty section; with `sharesTexts` a text is written once, and pointed to from then on.
    init(sharesTexts: Bool) { self.sharesTexts = sharesTexts }

    /// Writes a value.
    mutating func write(_ value: AddressTableValue) {
        switch value {
        case .text(let text): write(text)
        case .octets(let text):
            head(2, text.count)
            octets += text
        case .double(let number):
            head(3, 8)
            big(number.bitPattern, 8)
        case .uint16(let number): whole(5, UInt64(number))
        case .uint32(let number): whole(6, UInt64(number))
        case .uint64(let number): whole(9, number)
        case .bool(let isTrue): head(14, isTrue ? 1 : 0)
        case .float(let number):
            head(15, 4)
            big(UInt64(number.bitPattern), 4)
        case .array(let values):
            head(11, values.count)
            for value in values { write(value) }
        case .map(let pairs):
            head(7, pairs.count)
            for pair in pairs {
                write(pair.key)
                write(pair.value)
            }
        }
    }

    private mutating func write(_ text: String) {
        if sharesTexts, let place = texts[text] { return pointer(to: place) }
        texts[text] = octets.count
        head(2, text.utf8.count)
        octets += Array(text.utf8)
    }

    /// The type and the size.
    private mutating func head(_ type: UInt8, _ size: Int) {
        let (code, more): (UInt8, [UInt8]) =
            switch size {
            case ..<29: (UInt8(size), [])
            case ..<285: (29, [UInt8(size - 29)])
            case ..<65_821:
                (30, [UInt8((size - 285) >> 8), UInt8(truncatingIfNeeded: size - 285)])
            default:
                (
                    31,
                    [16, 8, 0].map { UInt8(truncatingIfNeeded: (size - 65_821) >> $0) }
                )
            }
        octets.append((type > 7 ? 0 : type << 5) | code)
        if type > 7 { octets.append(type - 7) }
        octets += more
    }

    /// A whole number without the octets at its front that are 0.
    private mutating func whole(_ type: UInt8, _ number: UInt64) {
        let count = (64 - number.leadingZeroBitCount + 7) / 8
        head(type, count)
        big(number, count)
    }

    private mutating func big(_ number: UInt64, _ count: Int) {
        for index in 0..<count {
            octets.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * (count - 1 - index))))
        }
    }

    private mutating func pointer(to place: Int) {
        switch place {
        case ..<2_048:
            octets.append(0x20 | UInt8(place >> 8))
            big(UInt64(place & 0xFF), 1)
        case ..<526_336:
            let rest = place - 2_048
            octets.append(0x28 | UInt8(rest >> 16))
            big(UInt64(rest & 0xFFFF), 2)
        default:
            octets.append(0x38)
            big(UInt64(place), 4)
        }
    }
}
