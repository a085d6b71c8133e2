import Crypto
import Foundation
public import TapFlow
import TapWire

/// The Community ID of a conversation, version 1 with seed 0: the same for both directions, in every program.
///
/// Source: the Community ID flow hashing specification (corelight/community-id-spec).
public struct CommunityID: Hashable, Sendable {
    private static let version = "1:"

    /// The SHA-1 of the conversation's octets.
    private let digest: Data

    /// Makes the ID of `conversation`.
    public init(_ conversation: Conversation) {
        // The order of a conversation's ends is that of the specification.
        let ends = [conversation.first, conversation.second]
        var octets: [UInt8] = [0, 0]
        for end in ends { octets += Self.octets(end.address) }
        octets += [conversation.transport.rawValue, 0]
        for end in ends { octets += [UInt8(end.port >> 8), UInt8(end.port & 0xFF)] }
        digest = Data(Insecure.SHA1.hash(data: octets))
    }

    /// The address in network order.
    private static func octets(_ address: IPAddress) -> ArraySlice<UInt8> {
        let octets = [address.high, address.low].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
        return octets.suffix(address.isIPv6 ? 16 : 4)
    }
}

extension CommunityID: LosslessStringConvertible {
    /// Reads an ID such as `1:LQU9qZlK+B5F3KDmev6m5PMibrg=`.
    public init?(_ description: String) {
        guard description.hasPrefix(Self.version),
            let digest = Data(base64Encoded: String(description.dropFirst(Self.version.count))),
            digest.count == Insecure.SHA1Digest.byteCount
        else {
            return nil
        }
        self.digest = digest
    }

    /// The ID as EVE events have it.
    public var description: String { Self.version + digest.base64EncodedString() }
}
