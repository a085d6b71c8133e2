/// Sets of message numbers, such as `41,43:116` (RFC 9051 section 9, `sequence-set`).
enum IMAPNumbers {
    /// How many numbers a set names, at most a million; 0 if it is none.
    static func count(in set: ArraySlice<UInt8>) -> Int {
        var total: UInt64 = 0
        for range in set.split(separator: UInt8(ascii: ",")) {
            let ends = range.split(separator: UInt8(ascii: ":")).map { UInt64(digits: $0) }
            guard (1...2).contains(ends.count), let first = ends.first ?? nil,
                let last = ends.last ?? nil
            else { return 0 }
            let (low, high) = (min(first, last), max(first, last))
            total = min(1_000_000, total &+ min(1_000_000, high &- low &+ 1))
        }
        return Int(total)
    }
}
