public import TapWire

/// Makes tables of addresses in MaxMind's DB format, as GeoLite2, DB-IP and IPinfo come in.
///
/// Source: https://maxmind.github.io/MaxMind-DB/.
public struct AddressTableWriter: Sendable {
    /// How many bits a record of the tree has.
    public enum RecordSize: UInt16, Sendable, CaseIterable {
        case bits24 = 24
        case bits28 = 28
        case bits32 = 32
    }

    /// What a record of the tree leads to.
    private enum Record: Sendable {
        case nothing
        case node(Int)
        /// The place of a value.
        case value(Int)
    }

    /// What the makers of the table call it.
    public var kind = "Test-City"
    /// When it was made, in seconds since 1970; 2026-11-01T00:00:00Z.
    public var built: UInt64 = 1_793_491_200
    /// How many bits a record of the tree has.
    public var recordSize = RecordSize.bits24
    /// False for a tree of IPv4 alone; else IPv4 stands under ::/96.
    public let isIPv6: Bool
    /// True if a text is written once, and pointed to from then on.
    public var sharesTexts = true

    private var nodes: [(left: Record, right: Record)] = [(.nothing, .nothing)]
    private var values: [AddressTableValue] = []
    /// Where each value stands among them.
    private var places: [AddressTableValue: Int] = [:]

    /// Begins an empty table.
    public init(isIPv6: Bool = true) { self.isIPv6 = isIPv6 }

    /// Says `value` of all addresses of `network`; what is said of a part of it later counts there.
    ///
    /// - Precondition: The network is of IPv4, or the tree is not of that alone; it has one address at the least.
    public mutating func insert(_ network: IPNetwork, _ value: AddressTableValue) {
        precondition(isIPv6 || !network.address.isIPv6, "the tree is of IPv4 alone")
        let place = places[value] ?? values.count
        if place == values.count {
            values.append(value)
            places[value] = place
        }
        let path = Array(bits(of: network))
        precondition(!path.isEmpty, "the whole tree is no record")
        var node = 0
        for isOne in path.dropLast() {
            switch isOne ? nodes[node].right : nodes[node].left {
            case .node(let next): node = next
            case let record:
                // What was said of the whole counts for both halves.
                nodes.append((record, record))
                set(.node(nodes.count - 1), at: node, isOne)
                node = nodes.count - 1
            }
        }
        set(.value(place), at: node, path[path.count - 1])
    }

    private mutating func set(_ record: Record, at node: Int, _ isRight: Bool) {
        if isRight { nodes[node].right = record } else { nodes[node].left = record }
    }

    private func bits(of network: IPNetwork) -> [Bool] {
        let (address, length) = (network.address, Int(network.prefixLength))
        guard !address.isIPv6 else {
            return (0..<length).map { index in
                let half = index < 64 ? address.high : address.low
                return half >> UInt64(63 - index & 63) & 1 == 1
            }
        }
        let own = (0..<length).map { address.low >> UInt64(31 - $0) & 1 == 1 }
        return isIPv6 ? Array(repeating: false, count: 96) + own : own
    }

    /// The file.
    public var octets: [UInt8] {
        var section = AddressTableSection(sharesTexts: sharesTexts)
        let places = values.map { value in
            let place = section.octets.count
            section.write(value)
            return place
        }
        var file: [UInt8] = []
        for node in nodes {
            let records = [node.left, node.right].map { record -> UInt32 in
                switch record {
                case .nothing: UInt32(nodes.count)
                case .node(let next): UInt32(next)
                // 16 octets separate the tree from the values.
                case .value(let index): UInt32(nodes.count + 16 + places[index])
                }
            }
            file += octets(of: records[0], records[1])
        }
        file += [UInt8](repeating: 0, count: 16) + section.octets
        file += [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8)
        var metadata = AddressTableSection(sharesTexts: false)
        metadata.write(metadataMap)
        return file + metadata.octets
    }

    private var metadataMap: AddressTableValue {
        [
            "binary_format_major_version": .uint16(2),
            "binary_format_minor_version": .uint16(0),
            "build_epoch": .uint64(built),
            "database_type": .text(kind),
            "description": ["en": "A table of hubtap's tests"],
            "ip_version": .uint16(isIPv6 ? 6 : 4),
            "languages": .array(["en", "fr"]),
            "node_count": .uint32(UInt32(nodes.count)),
            "record_size": .uint16(recordSize.rawValue),
        ]
    }

    private func octets(of left: UInt32, _ right: UInt32) -> [UInt8] {
        func big(_ number: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * (count - 1 - $0))) }
        }
        switch recordSize {
        case .bits24: return big(left, 3) + big(right, 3)
        case .bits32: return big(left, 4) + big(right, 4)
        case .bits28:
            let middle = UInt8(left >> 24 & 0xF) << 4 | UInt8(right >> 24 & 0xF)
            return big(left, 3) + [middle] + big(right, 3)
        }
    }
}
