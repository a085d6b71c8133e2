/// The labels of a name in a DNS message, its compression followed (RFC 1035 section 4.1.4).
///
/// Any octets give labels and an end: a pointer must lead before the run of labels that it ends, there are no more octets
/// than the longest name has, and a few pointers at most.
struct DNSLabels: ~Escapable {
    /// The octets of all labels with their lengths, without the end of the name (RFC 1035 section 2.3.4).
    private static let maximumByteCount = 254
    /// Those who write messages need one or two; each costs a look elsewhere.
    private static let maximumPointers = 16

    private let message: Span<UInt8>
    private var position: Int
    private var runStart: Int
    private var bytesLeft = Self.maximumByteCount
    private var pointersLeft = Self.maximumPointers
    /// True once the end of the name was reached; a damaged name has none.
    private(set) var isWhole = false

    /// Looks at the name at `offset`.
    @_lifetime(copy message)
    init(_ message: Span<UInt8>, at offset: Int) {
        self.message = message
        position = offset
        runStart = offset
    }

    /// Where the next label lies; nil at the end, or where the name is damaged.
    mutating func next() -> Range<Int>? {
        while message.indices.contains(position) {
            let length = Int(message[position])
            let start = position + 1
            switch length {
            case 0:
                isWhole = true
                return nil
            case 1..<64:
                guard length <= message.count - start, length < bytesLeft else { return nil }
                bytesLeft -= length + 1
                position = start + length
                return start..<position
            case 192...:
                guard message.indices.contains(start), pointersLeft > 0 else { return nil }
                let target = (length & 0x3F) << 8 | Int(message[start])
                guard target < runStart else { return nil }
                pointersLeft -= 1
                runStart = target
                position = target
            default: return nil
            }
        }
        return nil
    }
}
