import TapCapture
public import TapPlane

/// Why frames cannot be kept as the words say.
public struct KeepError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what would be right.
    public let description: String
}

extension PlaneConfiguration.Keep {
    /// Reads what users write: all, headers, mail, or a filter of libpcap.
    ///
    /// - Throws: What libpcap says against the filter, or that a hub cannot take it.
    public init(words: String) throws(KeepError) {
        switch words {
        case "all": self = .all
        case "headers": self = .headers
        case "mail": self = .mail
        default: self = .filter(try Self.compile(words))
        }
    }

    private static func compile(_ words: String) throws(KeepError) -> PacketFilter {
        let filter: CaptureFilter
        do throws(FilterError) {
            filter = try CaptureFilter(words)
        } catch {
            throw KeepError(
                description: "is none of all, headers and mail, and no filter: \(error)"
            )
        }
        let instructions = filter.instructions.map {
            PacketFilter.Instruction(
                code: $0.code,
                jumpTrue: $0.jumpTrue,
                jumpFalse: $0.jumpFalse,
                k: $0.k
            )
        }
        guard let program = PacketFilter(instructions, looksPastTags: filter.looksPastTags) else {
            let limit = PacketFilter.maximumCount
            throw KeepError(
                description:
                    "is a filter of \(instructions.count) instructions; a hub takes \(limit), and none that "
                    + "asks for more than the octets of a frame"
            )
        }
        return program
    }
}
