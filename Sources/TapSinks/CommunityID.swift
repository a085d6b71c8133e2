import Crypto
import Foundation
import TapWire

/// The Community ID of a TCP connection, version 1 with seed 0.
///
/// Source: the Community ID flow hashing specification (corelight/community-id-spec).
enum CommunityID {
    private static let tcp: UInt8 = 6

    /// The same text for both directions, such as `1:LQU9qZlK+B5F3KDmev6m5PMibrg=`.
    static func tcp(_ one: Endpoint, _ other: Endpoint) -> String {
        let endpoints = [key(one), key(other)].sorted { left, right in
            left.lexicographicallyPrecedes(right)
        }
        var octets: [UInt8] = [0, 0]
        for endpoint in endpoints { octets += endpoint.dropLast(2) }
        octets += [tcp, 0]
        for endpoint in endpoints { octets += endpoint.suffix(2) }
        return "1:" + Data(Insecure.SHA1.hash(data: octets)).base64EncodedString()
    }

    /// The address and the port in network order: endpoints are ordered by these octets.
    private static func key(_ endpoint: Endpoint) -> [UInt8] {
        let address = endpoint.address
        let words: [UInt64] = address.isIPv6 ? [address.high, address.low] : [address.low << 32]
        let octets = words.flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
        let port = [UInt8(endpoint.port >> 8), UInt8(endpoint.port & 0xFF)]
        return octets.prefix(address.isIPv6 ? 16 : 4) + port
    }
}
