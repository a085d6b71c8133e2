/// The argument of MAIL or RCPT: the path as on the wire and the parameters behind it.
struct SMTPPath: Hashable, Sendable {
    /// The path as on the wire, with angle brackets added where the client left them out; one that is cut ends with `…>`.
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
    init(_ argument: ArraySlice<UInt8>, keyword: String) {
        var rest = argument
        var hasKeyword = false
        if rest.hasPrefix(ignoringCase: keyword) {
            let behind = rest.dropFirst(keyword.utf8.count).drop(while: \.isBlank)
            if behind.first == UInt8(ascii: ":") {
                rest = behind.dropFirst()
                hasKeyword = true
            } else if behind.first == UInt8(ascii: "<")
                || behind.startIndex > rest.startIndex &+ keyword.utf8.count && !behind.isEmpty
            {
                // Some servers do not ask for the colon.
                rest = behind
            }
        }
        rest = rest.trimmed
        let (path, behind) = Self.parts(of: rest)
        let (isOpened, isClosed) = (path.first == Self.opening, path.last == Self.closing)
        let isCut = path.count > Self.keptAddress
        if isOpened, isClosed, !isCut {
            address = String(repairing: path)
        } else {
            let text = String(repairing: path, limit: isCut ? Self.keptAddress - 3 : path.count)
            let end = isCut ? "…>" : isClosed ? "" : ">"
            address = (isOpened ? "" : "<") + text + end
        }
        isWellFormed = hasKeyword && isOpened && isClosed && rest.first == Self.opening
        parameters = behind.split(whereSeparator: \.isBlank)
            .prefix(Self.keptParameters).map(SMTPParameter.init)
    }

    // Not stored: whoever looks at one that is asks first whether it is there yet.
    private static var opening: UInt8 { UInt8(ascii: "<") }
    private static var closing: UInt8 { UInt8(ascii: ">") }

    /// The path and what stands behind it.
    ///
    /// A server that takes a name in front of the path (`Alice <alice@example.com>`) sends to the path. A bracket that
    /// is missing is not missed, and one too many is none.
    private static func parts(
        of octets: ArraySlice<UInt8>
    ) -> (path: ArraySlice<UInt8>, behind: ArraySlice<UInt8>) {
        if octets.first == opening { return bracketedParts(of: octets) }
        // `a@example.com AUTH=<>` has a bracket too.
        if let index = place(in: octets, where: { $0 == opening || $0 == UInt8(ascii: "=") }) {
            let rest = octets[index...]
            if rest.first == opening, rest.contains(closing) { return bracketedParts(of: rest) }
        }
        let end = wordEnd(in: octets)
        let word = octets[..<end]
        return (word.last == closing ? word.dropLast() : word, octets[end...])
    }

    /// Up to the closing bracket, quotes minded; up to the first blank where none closes it.
    private static func bracketedParts(
        of octets: ArraySlice<UInt8>
    ) -> (path: ArraySlice<UInt8>, behind: ArraySlice<UInt8>) {
        let text = octets.drop { $0 == opening }
        let path = octets[(text.startIndex - 1)...]
        // With unbalanced quotes the last bracket.
        let last = place(in: path, where: { $0 == closing }) ?? path.lastIndex(of: closing)
        if let last, last < path.endIndex {
            return (path[...last], path[(last + 1)...].drop { $0 == closing })
        }
        let end = wordEnd(in: path)
        return (path[..<end], path[end...])
    }

    /// The first blank outside quotes, or the first of all where they are unbalanced.
    private static func wordEnd(in octets: ArraySlice<UInt8>) -> Int {
        place(in: octets, where: \.isBlank) ?? octets.firstIndex(where: \.isBlank)
            ?? octets.endIndex
    }

    /// The first place outside quotes where an octet is what is looked for, or the end; nil where a quote is left open.
    private static func place(
        in octets: ArraySlice<UInt8>,
        where isSought: (UInt8) -> Bool
    ) -> Int? {
        var (isQuoted, isEscaped) = (false, false)
        for index in octets.indices {
            let octet = octets[index]
            if isEscaped {
                isEscaped = false
            } else if octet == UInt8(ascii: "\\") {
                isEscaped = true
            } else if octet == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted, isSought(octet) {
                return index
            }
        }
        return isQuoted ? nil : octets.endIndex
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
