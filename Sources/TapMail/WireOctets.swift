import TapFlow
import TapObserve
import TapWire

extension UInt8 {
    /// An ASCII digit.
    var isDigit: Bool { (0x30...0x39).contains(self) }

    /// An ASCII letter.
    var isLetter: Bool { (0x41...0x5A).contains(self & 0xDF) }

    /// A space or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// The upper-case form of an ASCII letter, itself otherwise.
    var uppercased: UInt8 { (0x61...0x7A).contains(self) ? self & 0xDF : self }
}

extension Collection<UInt8> {
    /// True if these octets begin with `text`, letters in either case.
    func hasPrefix(ignoringCase text: String) -> Bool {
        var place = startIndex
        for wanted in text.utf8 {
            guard place < endIndex, self[place].uppercased == wanted.uppercased else {
                return false
            }
            formIndex(after: &place)
        }
        return true
    }

    /// True if these octets are `text`, letters in either case.
    func equals(ignoringCase text: String) -> Bool {
        count == text.utf8.count && hasPrefix(ignoringCase: text)
    }

    /// True if `text` stands anywhere in these octets, letters in either case.
    func contains(ignoringCase text: String) -> Bool {
        indices.contains { self[$0...].hasPrefix(ignoringCase: text) }
    }
}

extension BidirectionalCollection<UInt8> where SubSequence == ArraySlice<UInt8> {
    /// These octets without spaces and tabs at both ends.
    var trimmed: ArraySlice<UInt8> {
        var (start, end) = (startIndex, endIndex)
        while start < end, self[start].isBlank { formIndex(after: &start) }
        while start < end {
            let last = index(before: end)
            guard self[last].isBlank else { break }
            end = last
        }
        return self[start..<end]
    }
}

extension String {
    /// Octets of the wire as valid UTF-8, cut at `limit` octets; control characters stay (sinks escape them).
    init(repairing octets: some Collection<UInt8>, limit: Int = 4_096) {
        self.init(decoding: octets.prefix(limit), as: UTF8.self)
    }
}

extension UInt64 {
    /// A number from its decimal digits alone; nil if there is anything else or it is too large.
    init?(digits octets: some Collection<UInt8>) {
        guard !octets.isEmpty else { return nil }
        self = 0
        for octet in octets {
            guard octet.isDigit else { return nil }
            let (scaled, overflow) = multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(UInt64(octet &- UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            self = sum
        }
    }
}

extension [UInt8] {
    /// Appends as many octets of `bytes` as `limit` in all allows, and returns how many were appended.
    @discardableResult
    mutating func append(_ bytes: Span<UInt8>, limit: Int) -> Int {
        let room = Swift.max(0, Swift.min(bytes.count, limit &- count))
        append(copying: bytes.extracting(first: room))
        return room
    }
}

extension StreamLine {
    /// What the line says: of one that is cut off the CR is the beginning of its end.
    var text: ArraySlice<UInt8> {
        ending == .open && octets.last == 0x0D ? octets.dropLast() : octets[...]
    }
}
