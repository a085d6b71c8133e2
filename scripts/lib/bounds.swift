// Nine loops that read past the end of what they were given. Each must trap.
//
// swiftlang/swift#90669: with -O the compiler of 6.3 takes the bounds check out of some of them,
// and the loop reads foreign memory in silence. The pass that does it is switched off in release
// builds; this program, built with the same flag, proves that the flag still does its work.
//
// Usage: bounds NUMBER (1 to 9). Printing anything means that a check was lost.

@inline(never) func nextInSpan(_ octets: Span<UInt8>) -> Int {
    var sum = 0
    for index in 0..<octets.count { sum &+= Int(octets[index + 1]) }
    return sum
}

@inline(never) func previousInSpan(_ octets: Span<UInt8>) -> Int {
    var sum = 0
    for index in 0..<octets.count { sum &+= Int(octets[index - 1]) }
    return sum
}

@inline(never) func nextWhile(_ octets: Span<UInt8>) -> Int {
    var sum = 0
    var index = 0
    while index < octets.count {
        sum &+= Int(octets[index + 1])
        index += 1
    }
    return sum
}

@inline(never) func nextByIndices(_ octets: Span<UInt8>) -> Int {
    var sum = 0
    for index in octets.indices { sum &+= Int(octets[index + 1]) }
    return sum
}

@inline(never) func nextInArray(_ octets: [UInt8]) -> Int {
    var sum = 0
    for index in octets.indices { sum &+= Int(octets[index + 1]) }
    return sum
}

@inline(never) func pairsInSpan(_ octets: Span<UInt8>) -> Int {
    var sum = 0
    for index in 0..<octets.count where octets[index] == 4 && octets[index + 1] == 10 { sum &+= 1 }
    return sum
}

@inline(never) func secondNext(_ octets: Span<UInt8>) -> Int {
    var sum = 0
    for index in 0..<octets.count { sum &+= Int(octets[index + 2]) }
    return sum
}

@inline(never) func nextInSlice(_ octets: Span<UInt8>) -> Int {
    var sum = 0
    for index in 0..<octets.count { sum &+= Int(octets.extracting(index..<(index + 2))[1]) }
    return sum
}

extension Span<UInt8> {
    @inline(always) func bigEndian(at offset: Int) -> UInt16 {
        precondition(offset >= 0 && offset <= count &- 2)
        return UInt16(self[offset]) << 8 | UInt16(self[offset &+ 1])
    }
}

@inline(never) func wordInSpan(_ octets: Span<UInt8>) -> Int {
    var sum = 0
    for index in 0..<octets.count { sum &+= Int(octets.bigEndian(at: index)) }
    return sum
}

let octets: [UInt8] = [1, 2, 3, 4]
let span = octets.span
switch CommandLine.arguments.last {
case "1": print(nextInSpan(span))
case "2": print(previousInSpan(span))
case "3": print(nextWhile(span))
case "4": print(nextByIndices(span))
case "5": print(nextInArray(octets))
case "6": print(pairsInSpan(span))
case "7": print(secondNext(span))
case "8": print(nextInSlice(span))
case "9": print(wordInSpan(span))
default: print("usage: bounds 1..9")
}
