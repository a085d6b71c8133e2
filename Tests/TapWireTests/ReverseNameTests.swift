import TapTesting
import TapWire
import Testing

struct ReverseNameTests {
    private static let v4 = IPAddress(v4: 0xCB00_7109)
    private static let v6 = IPAddress(v6High: 0x2001_0DB8_0000_ABCD, low: 0xFE09_0000_0000_0025)

    private static func name(_ message: [UInt8]) -> ReverseName? { ReverseName(in: message.span) }

    /// The response with the name `mx7.example.net` behind a chain of aliases.
    private static func chain(_ aliases: [String], question: String = "9.113.0.203.in-addr.arpa")
        -> DNSMessage
    {
        var message = DNSMessage(question: question, type: 12)
        var owner = question
        for alias in aliases {
            message.append(owner, type: 5, DNSMessage.name(alias))
            owner = alias
        }
        message.append(owner, type: 12, DNSMessage.name("mx7.example.net"))
        return message
    }

    /// A record that names a zone as the one that was looked into.
    private static let zone =
        DNSMessage.name("ns.example.net") + DNSMessage.name("root.example.net")
        + [UInt8](repeating: 1, count: 20)

    @Test func namesOfBothFamilies() {
        for address in [Self.v4, Self.v6] {
            let message = DNSMessage(reverse: address, name: "MX7.Example.NET")
            #expect(
                Self.name(message.octets) == ReverseName(address: address, name: "mx7.example.net")
            )
        }
        #expect(DNSMessage.reverse(Self.v4) == "9.113.0.203.in-addr.arpa")
        #expect(DNSMessage.reverse(Self.v6).hasPrefix("5.2.0.0.0.0.0.0.0.0.0.0.9.0.e.f.d.c.b.a."))
    }

    @Test func everyAddressIsReadAsItWasAskedFor() {
        var generator = SplitMix64(seed: 9)
        for _ in 0..<2_000 {
            let (high, low) = (UInt64.random(in: 1 ... .max, using: &generator), generator.next())
            let bits = UInt32.random(in: 1 ... .max, using: &generator)
            for address in [IPAddress(v4: bits), IPAddress(v6High: high, low: low)] {
                let message = DNSMessage(reverse: address, name: "a.example").octets
                #expect(Self.name(message)?.address == address)
            }
        }
    }

    @Test func theCaseOfTheQuestionIsThatOfWhoAsks() {
        // Resolvers mix it, so that a forged response is known.
        let message = Self.chain([], question: "9.113.0.203.iN-aDdR.aRpA")
        #expect(Self.name(message.octets)?.address == Self.v4)
        let mixed = "9.113.0.203.in-addr.arpa"
        var answer = DNSMessage(question: mixed.uppercased(), type: 12)
        answer.append(mixed, type: 12, DNSMessage.name("mx7.example.net"))
        #expect(Self.name(answer.octets)?.name == "mx7.example.net")
    }

    @Test func aliasesAreFollowedFromTheQuestion() {
        let aliases = [
            ["9.0-63.113.0.203.in-addr.arpa"],
            ["9.0/26.113.0.203.in-addr.arpa"],
            ["9.customers.example.net", "h9.example.net", "9.113.0.203.rev.example.org"],
        ]
        for aliases in aliases {
            let found = Self.name(Self.chain(aliases).octets)
            #expect(found == ReverseName(address: Self.v4, name: "mx7.example.net"))
        }
    }

    @Test func namesOfOthersAreNotTaken() {
        var message = DNSMessage(question: DNSMessage.reverse(Self.v4), type: 12)
        message.append("8.113.0.203.in-addr.arpa", type: 12, DNSMessage.name("other.example"))
        #expect(Self.name(message.octets) == nil)
        // An alias of another name leads nowhere.
        var astray = DNSMessage(question: DNSMessage.reverse(Self.v4), type: 12)
        astray.append("8.113.0.203.in-addr.arpa", type: 5, DNSMessage.name("a.example"))
        astray.append("a.example", type: 12, DNSMessage.name("other.example"))
        #expect(Self.name(astray.octets) == nil)
        // Behind those of others the right one is found.
        message.append(DNSMessage.reverse(Self.v4), type: 12, DNSMessage.name("mx7.example.net"))
        #expect(Self.name(message.octets)?.name == "mx7.example.net")
    }

    @Test func theFirstNameOfLettersCounts() {
        var message = DNSMessage(question: DNSMessage.reverse(Self.v4), type: 12)
        for name in ["<b>.example", "one.example", "two.example"] {
            message.append(name: [0xC0, 12], type: 12, DNSMessage.name(name))
        }
        #expect(Self.name(message.octets)?.name == "one.example")
    }

    @Test(arguments: ["<b>.example", "a b.example", "{client}.example", ""])
    func aNameOfOtherLettersSaysNothing(name: String) {
        var message = DNSMessage(reverse: Self.v4, name: name)
        message.append("example", type: 6, Self.zone, section: .authority)
        #expect(Self.name(message.octets) == nil)
    }

    @Test func thatThereIsNoneIsSaidByTheOutcome() {
        let none = ReverseName(address: Self.v4, name: nil)
        #expect(Self.name(DNSMessage(reverse: Self.v4, name: nil).octets) == none)
        // A name that exists, but is none of a host: the zone is named.
        var message = DNSMessage(question: DNSMessage.reverse(Self.v4), type: 12)
        message.append("113.0.203.in-addr.arpa", type: 6, Self.zone, section: .authority)
        #expect(Self.name(message.octets) == none)
        // Behind an alias, too.
        var alias = DNSMessage(question: DNSMessage.reverse(Self.v4), type: 12)
        alias.append(name: [0xC0, 12], type: 5, DNSMessage.name("9.example.net"))
        alias.append("example.net", type: 6, Self.zone, section: .authority)
        #expect(Self.name(alias.octets) == none)
    }

    @Test func referralsFailuresAndWhatIsCutSayNothing() {
        let question = DNSMessage.reverse(Self.v4)
        var referral = DNSMessage(question: question, type: 12, flags: 0x8000)
        referral.append(
            "203.in-addr.arpa",
            type: 2,
            DNSMessage.name("ns.example"),
            section: .authority
        )
        #expect(Self.name(referral.octets) == nil)
        for outcome in [1, 2, 4, 5, 9] as [UInt16] {
            let message = DNSMessage(question: question, type: 12, flags: 0x8180 | outcome)
            #expect(Self.name(message.octets) == nil, "\(outcome)")
        }
        var cut = DNSMessage(question: question, type: 12, flags: 0x8380)
        cut.append("203.in-addr.arpa", type: 6, Self.zone, section: .authority)
        #expect(Self.name(cut.octets) == nil)
    }

    @Test func queriesAndOtherQuestionsSayNothing() {
        let question = DNSMessage.reverse(Self.v4)
        for flags in [0x0100, 0x0103, 0x8980, 0xA183] as [UInt16] {
            var message = DNSMessage(question: question, type: 12, flags: flags)
            message.append(name: [0xC0, 12], type: 12, DNSMessage.name("a.example"))
            #expect(Self.name(message.octets) == nil)
        }
        for type in [1, 5, 6, 255] as [UInt8] {
            var message = DNSMessage(question: question, type: type)
            message.append(name: [0xC0, 12], type: 12, DNSMessage.name("a.example"))
            #expect(Self.name(message.octets) == nil)
        }
        // Two questions, or none.
        for count in [0, 2] as [UInt8] {
            var octets = DNSMessage(reverse: Self.v4, name: nil).octets
            octets[5] = count
            #expect(Self.name(octets) == nil)
        }
    }

    @Test(arguments: [
        "113.0.203.in-addr.arpa", "1.9.113.0.203.in-addr.arpa", "256.113.0.203.in-addr.arpa",
        "09.113.0.203.in-addr.arpa", "a.113.0.203.in-addr.arpa", "9.0-63.113.0.203.in-addr.arpa",
        "9.113.0.203.in-addr.arpa.example", "9.113.0.203.in-addr", "9.113.0.203.ip6.arpa",
        "1.2.3.ip6.arpa", "0.0.0.0.in-addr.arpa", "in-addr.arpa", "example.org",
    ])
    func otherNamesStandForNoAddress(question: String) {
        let message = DNSMessage(question: question, type: 12, flags: 0x8183)
        #expect(Self.name(message.octets) == nil)
    }

    @Test func anAddressOfSixteenOctetsHasThirtyTwoDigits() {
        let digits = Array(repeating: "1", count: 32)
        for (labels, isAddress) in [
            (digits, true), (Array(digits.dropLast()), false), (digits + ["1"], false),
            (Array(digits.dropLast()) + ["g"], false), (Array(digits.dropLast()) + ["10"], false),
        ] {
            let name = labels.joined(separator: ".") + ".ip6.arpa"
            let message = DNSMessage(question: name, type: 12, flags: 0x8183)
            #expect((Self.name(message.octets) != nil) == isAddress)
        }
    }

    @Test func manyAnswersAreNotAllLookedAt() {
        for count in [31, 32] {
            var message = DNSMessage(question: DNSMessage.reverse(Self.v4), type: 12)
            for _ in 0..<count { message.append("other.example", type: 1, [192, 0, 2, 1]) }
            message.append(name: [0xC0, 12], type: 12, DNSMessage.name("mx7.example.net"))
            message.append("example", type: 6, Self.zone, section: .authority)
            #expect(Self.name(message.octets)?.name == (count < 32 ? "mx7.example.net" : nil))
            #expect((Self.name(message.octets) == nil) == (count == 32))
        }
    }

    @Test func everyTruncationGivesTheWholeOrNothing() {
        var message = Self.chain(["9.0-63.113.0.203.in-addr.arpa"])
        let whole = message.octets.count
        message.append("example.net", type: 2, DNSMessage.name("ns.example"), section: .authority)
        for length in message.octets.indices {
            let found = Self.name(Array(message.octets.prefix(length)))
            #expect(found?.name == (length < whole ? nil : "mx7.example.net"))
            #expect((found == nil) == (length < whole))
        }
    }

    @Test func pointersThatLeadInCirclesOrForwardsSayNothing() {
        // The answer stands at 42, what it says at 54.
        for pointer in [[0xC0, 42], [0xC0, 43], [0xC0, 54], [0xC0, 200], [0xFF, 0xFF]] as [[UInt8]]
        {
            var message = DNSMessage(question: DNSMessage.reverse(Self.v4), type: 12)
            #expect(message.octets.count == 42)
            message.append(name: pointer, type: 12, DNSMessage.name("a.example"))
            #expect(Self.name(message.octets) == nil)
        }
        for pointer in [[0xC0, 54], [0xC0, 55], [0xC0, 200], [0xFF, 0xFF]] as [[UInt8]] {
            var message = DNSMessage(question: DNSMessage.reverse(Self.v4), type: 12)
            message.append(name: [0xC0, 12], type: 12, pointer)
            #expect(Self.name(message.octets) == nil)
            message.append(name: [0xC0, 12], type: 12, DNSMessage.name("a.example"))
            #expect(Self.name(message.octets)?.name == "a.example")
        }
    }

    @Test func aRecordThatIsMoreOrLessThanOneNameSaysNothing() {
        let name = DNSMessage.name("mx7.example.net")
        for data in [Array(name.dropLast()), name + [0], []] {
            for type in [5, 12] as [UInt8] {
                var message = DNSMessage(question: DNSMessage.reverse(Self.v4), type: 12)
                message.append(name: [0xC0, 12], type: type, data)
                message.append(name: [0xC0, 12], type: 12, name)
                #expect(Self.name(message.octets) == nil)
            }
        }
    }

    @Test func aLongWayOfPointersEnds() {
        // Each pointer leads to the one before it: a few are followed.
        for (count, isRead) in [(15, true), (16, false), (200, false)] {
            var message = DNSMessage(question: DNSMessage.reverse(Self.v4), type: 12)
            message.append("a.example", type: 99, DNSMessage.name("b.example"))
            let first = message.octets.count - DNSMessage.name("b.example").count
            let start = message.octets.count + 1 + 10
            var pointers = [0xC0 | UInt8(first >> 8), UInt8(first & 0xFF)]
            for number in 0..<count - 1 {
                let target = start + 2 * number
                pointers += [0xC0 | UInt8(target >> 8), UInt8(target & 0xFF)]
            }
            message.append(name: [0], type: 99, pointers)
            let last = start + 2 * (count - 1)
            message.append(
                name: [0xC0, 12],
                type: 12,
                [0xC0 | UInt8(last >> 8), UInt8(last & 0xFF)]
            )
            #expect((Self.name(message.octets) != nil) == isRead)
        }
    }

    @Test func mutatedResponsesAreSurvivedAndNamesAreClean() {
        var generator = SplitMix64(seed: 7)
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
        let messages = [
            Self.chain([]).octets, Self.chain(["9.0-63.113.0.203.in-addr.arpa"]).octets,
            DNSMessage(reverse: Self.v6, name: "a.example").octets,
            DNSMessage(reverse: Self.v4, name: nil).octets,
        ]
        var found = 0
        for round in 0..<40_000 {
            var octets = messages[round % messages.count]
            for _ in 0..<1 + round % 3 {
                let place = Int.random(in: octets.indices, using: &generator)
                octets[place] = .random(in: 0...255, using: &generator)
            }
            if round % 5 == 0 { octets.removeLast(Int.random(in: 0..<20, using: &generator)) }
            guard let name = Self.name(octets) else { continue }
            found += 1
            #expect(!name.address.isUnspecified)
            guard let text = name.name else { continue }
            #expect(text.allSatisfy(letters.contains))
            #expect((1...253).contains(text.utf8.count))
        }
        #expect(found > 1_000)
    }

    @Test func anyOctetsAreSurvived() {
        var generator = SplitMix64(seed: 8)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0..<80, using: &generator)
            var octets = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if length > 5, Bool.random(using: &generator) {
                octets.replaceSubrange(2..<6, with: [0x81, 0x80, 0, 1])
            }
            if let name = Self.name(octets) { #expect(!name.address.isUnspecified) }
        }
    }
}
