import SwiftASN1

extension ASN1Node {
    /// The values inside this one; nil if it is no constructed one.
    var parts: [ASN1Node]? {
        switch content {
        case .constructed(let nodes): Array(nodes)
        case .primitive: nil
        }
    }

    /// The octets of this value; nil if it is constructed.
    var octets: ArraySlice<UInt8>? {
        switch content {
        case .constructed: nil
        case .primitive(let octets): octets
        }
    }

    /// The object identifier in its dotted form; nil if it is none.
    var objectIdentifier: String? {
        (try? ASN1ObjectIdentifier(derEncoded: self))?.description
    }

    /// The bits of a positive number; nil if it is no number.
    var bitCount: Int? {
        guard identifier == .integer, let octets else { return nil }
        let digits = octets.drop { $0 == 0 }
        guard let first = digits.first else { return 0 }
        return digits.count * 8 - first.leadingZeroBitCount
    }
}
