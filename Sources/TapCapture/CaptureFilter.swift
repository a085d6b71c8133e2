internal import CPcap
public import TapWire

/// A filter in libpcap's syntax (pcap-filter(7)), compiled once and run over frames in memory.
///
/// Names of hosts are looked up while compiling, by whatever the system uses for them, DNS
/// included, and the caller waits; `host a.example` means the addresses of that moment.
/// In `host a.example or b`, `b` is the name of a host too, even if it is a mistyped word.
/// Names of ports and protocols come from files. An empty filter matches everything.
///
/// Unless told otherwise a filter looks past VLAN tags: `port 25` and `not port 25` mean the
/// same for a tagged frame as for the frame without its tags. A filter that speaks of tags
/// itself, by the word `vlan` or a tag's EtherType, is taken exactly as written.
///
/// libpcap compiles in several threads at once since version 1.8, and a compiled filter never
/// changes: any number of threads may use it.
public struct CaptureFilter: ~Copyable, Sendable {
    /// How many tags a filter looks past.
    public static let maximumTagCount = 3

    /// The filter as it was given.
    public let expression: String
    /// What the frames begin with that it was compiled for.
    public let linkType: LinkType
    /// True if a tagged frame is looked at as if it had no tags.
    public let looksPastTags: Bool
    let program: FilterProgram

    /// Compiles `expression`.
    ///
    /// - Parameters:
    ///   - expression: The filter, as tcpdump takes it.
    ///   - linkType: What the frames begin with.
    ///   - looksPastTags: False to take tagged frames as they are.
    /// - Throws: What libpcap says against the filter, and where.
    public init(
        _ expression: String,
        linkType: LinkType = .ethernet,
        looksPastTags: Bool = true
    ) throws(FilterError) {
        self.expression = expression
        self.linkType = linkType
        let speaksOfTags = FilterWords(expression).speakOfTags
        self.looksPastTags = looksPastTags && linkType == .ethernet && !speaksOfTags
        program = try Self.compile(
            expression,
            linkType,
            maximumTagCount: self.looksPastTags ? Self.maximumTagCount : 0
        )
    }

    /// Tells whether `frame` matches, which a frame of another link type never does.
    public func matches(_ frame: borrowing Frame) -> Bool {
        frame.metadata.linkType == linkType
            && matches(frame.bytes, wireLength: frame.metadata.wireLength)
    }

    /// True if a frame with these captured octets and this length on the wire matches.
    public func matches(_ octets: Span<UInt8>, wireLength: UInt32) -> Bool {
        let tagCount = looksPastTags ? Self.tagCount(octets) : 0
        return program.matches(octets, wireLength: wireLength, past: tagCount)
    }

    /// How many tags stand behind the addresses, of those that are looked past.
    private static func tagCount(_ octets: Span<UInt8>) -> Int {
        var count = 0
        while count < maximumTagCount {
            let offset = VLANTag.offset + count * VLANTag.byteCount
            guard octets.count >= offset + 2, isTag(octets.uint16(at: offset)) else { break }
            count += 1
        }
        return count
    }

    /// The EtherTypes that libpcap's `vlan` knows.
    static func isTag(_ etherType: UInt16) -> Bool {
        etherType == 0x8100 || etherType == 0x88A8 || etherType == 0x9100
    }
}
