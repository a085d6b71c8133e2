/// The argument of MAIL or RCPT: the path as on the wire and the parameters behind it.
struct SMTPPath: Hashable, Sendable {
    /// The path as on the wire, with angle brackets added where the client left them out.
    var address: String
    /// What stands behind the path, in order.
    var parameters: [SMTPParameter]
    /// True if the keyword and its colon were there and the path is in angle brackets.
    var isWellFormed: Bool

    /// Octets of the path that are kept (RFC 5321 section 4.5.3.1.3 allows 256).
    static let keptAddress = 1_024
    /// How many parameters are kept.
    static let keptParameters = 32

    /// Reads what stands behind MAIL (`keyword` FROM) or RCPT (`keyword` TO).
    init(_ argument: ArraySlice<UInt8>, keyword: StaticString) {
        var rest = argument
        var hasKeyword = false
        if rest.hasPrefix(ignoringCase: keyword) {
            let behind = rest.dropFirst(keyword.utf8CodeUnitCount).drop(while: \.isBlank)
            if behind.first == UInt8(ascii: ":") {
                rest = behind.dropFirst()
                hasKeyword = true
            } else if behind.first == UInt8(ascii: "<") {
                rest = behind
            }
        }
        rest = rest.trimmed
        let path = Self.path(in: rest)
        let isBracketed = path.first == UInt8(ascii: "<") && path.last == UInt8(ascii: ">")
        let text = String(repairing: path, limit: Self.keptAddress)
        address = isBracketed ? text : "<" + text + ">"
        isWellFormed = hasKeyword && isBracketed
        parameters = rest[path.endIndex...].split(whereSeparator: \.isBlank)
            .prefix(Self.keptParameters).map(SMTPParameter.init)
    }

    /// Up to the closing bracket, quotes minded; up to the first blank where there is no bracket.
    private static func path(in octets: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard octets.first == UInt8(ascii: "<") else { return octets.prefix { !$0.isBlank } }
        var isQuoted = false
        var isEscaped = false
        for index in octets.indices {
            let octet = octets[index]
            if isEscaped {
                isEscaped = false
            } else if octet == UInt8(ascii: "\\") {
                isEscaped = true
            } else if octet == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if octet == UInt8(ascii: ">"), !isQuoted {
                return octets[...index]
            }
        }
        // Unbalanced quotes: the last bracket, or everything.
        guard let last = octets.lastIndex(of: UInt8(ascii: ">")) else { return octets }
        return octets[...last]
    }

    /// How many octets it holds.
    var byteCount: Int {
        parameters.reduce(address.utf8.count) { sum, parameter in
            sum &+ parameter.name.utf8.count &+ (parameter.value?.utf8.count ?? 0)
        }
    }

    /// The value of SIZE (RFC 1870); nil if it is not there or no number.
    var size: UInt64? {
        parameters.first { $0.name == "SIZE" }?.value.flatMap { UInt64(digits: $0.utf8) }
    }
}

/// A parameter of MAIL or RCPT, such as `SIZE=1117` or `NOTIFY=NEVER`.
public struct SMTPParameter: Hashable, Sendable, Codable {
    /// The keyword in upper case.
    public var name: String
    /// The value, xtext decoded (RFC 3461 section 4); nil if there is none.
    public var value: String?

    /// Creates a parameter.
    public init(name: String, value: String?) {
        self.name = name
        self.value = value
    }

    /// Reads one word of the parameters.
    init(_ word: ArraySlice<UInt8>) {
        let name = word.prefix { $0 != UInt8(ascii: "=") }
        self.name = String(repairing: name.map(\.uppercased), limit: 64)
        let value = word[name.endIndex...].dropFirst()
        guard name.endIndex < word.endIndex else { return }
        let isXtext = ["ORCPT", "ENVID", "AUTH"].contains(self.name)
        self.value = String(repairing: isXtext ? Self.decodeXtext(value) : Array(value), limit: 512)
    }

    /// `+41` means `A` where ORCPT, ENVID and AUTH carry it; a `+` without two digits stays.
    private static func decodeXtext(_ octets: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var rest = octets
        while let octet = rest.popFirst() {
            let digits = rest.prefix(2)
            if octet == UInt8(ascii: "+"), digits.count == 2, digits.allSatisfy(\.isUpperHexDigit),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(octet)
            }
        }
        return result
    }
}

extension UInt8 {
    /// A digit of xtext.
    fileprivate var isUpperHexDigit: Bool { isDigit || (0x41...0x46).contains(self) }
}
