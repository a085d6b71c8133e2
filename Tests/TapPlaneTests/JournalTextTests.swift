import TapLinux
import TapPlane
import TapTesting
import TapWire
import Testing

struct JournalTextTests {
    private let changes: [PortChange] = [
        .filter,
        .maps(
            KernelMaps(counters: 17, buffer: 4_294_967_295, place: 1, ring: 0xFEDC_0000_0000_0001)
        ),
        .program(4711),
        .sysctl(Sysctl("net/ipv4/conf/eth0/arp_ignore"), was: "0"),
        .sysctl(Sysctl("net/ipv6/conf/eth0/disable_ipv6"), was: "0"),
        .offload(.largeReceive, was: true),
        .offload(.generic, was: true),
        .offload(.hardware, was: false),
        .offload(.datagrams, was: true),
        .offload(.list, was: false),
        .flag(.promiscuous, was: false),
        .queue,
        .flag(.up, was: false),
        .counts(PortCounts(frames: 4_294_967_295, refused: 3, ring: 0xAB)),
    ]

    private func octets(_ journal: JournalText) -> [UInt8] {
        let lines = journal.header + journal.changes.map(\.line)
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    private var journal: JournalText {
        var journal = JournalText(port: "eth0", index: 7, namespace: 4_026_531_840)
        journal.changes = changes
        return journal
    }

    @Test func whatIsWrittenIsRead() throws {
        #expect(try JournalText(parsing: octets(journal)) == journal)
    }

    @Test func aTornLastLineWasNeverActedOn() throws {
        let whole = octets(journal)
        let header = octets(JournalText(port: "eth0", index: 7, namespace: 4_026_531_840))
        for length in header.count...whole.count {
            let torn = Array(whole[..<length])
            let read = try JournalText(parsing: torn)
            let kept = JournalText.wholeByteCount(torn)
            #expect(read.changes == Array(changes[..<read.changes.count]))
            #expect(octets(read) == Array(torn[..<kept]))
        }
    }

    @Test(arguments: [
        "flag broadcast off", "flag up maybe", "sysctl kernel/core_pattern 0",
        "sysctl net/ipv4/conf/eth0/../../../kernel/panic 0",
        "sysctl net/ipv4/conf/eth1/arp_ignore 0",
        "sysctl net/ipv4/conf/eth0/arp_ignore |evil", "filter clsact", "program x none",
        "program 1 2", "maps 1:2:3 none", "maps 1:2:x:1 none", "maps 1:2:3:4 4",
        "maps 1:2:-1:4 none", "maps 1:2:3:g none",
        "counts 1:2 none", "counts 1:x:3 none", "counts 1:2:3 3",
        "flag up off ", "", "offload rx-gro maybe", "offload rx-gro none",
        "offload generic-receive on", "offload rx-vlan-hw-parse on", "offload rx-gro on off",
    ])
    func aLineThatNoHubWritesIsDamage(_ line: String) {
        let text = journal.header.joined(separator: "\n") + "\n" + line + "\n"
        #expect(throws: JournalText.Damage(line: 3)) { try JournalText(parsing: Array(text.utf8)) }
    }

    @Test func anOffloadIsReadUnderTheNameThatTheFirstHubsGaveIt() throws {
        for (word, was) in [("on", true), ("off", false)] {
            let text =
                journal.header.joined(separator: "\n") + "\noffload large-receive \(word)\n"
            let read = try JournalText(parsing: Array(text.utf8))
            #expect(read.changes == [.offload(.largeReceive, was: was)])
            #expect(read.contains(.offload(.largeReceive, was: true)))
            #expect(read.changes.map(\.line) == ["offload rx-lro \(word)"])
        }
    }

    @Test func theAddressIsReadIfThereIsOne() throws {
        var known = journal
        known.address = MACAddress(bits: 0x0200_0000_0007)
        #expect(try JournalText(parsing: octets(known)) == known)
        let text = octets(known).map { $0 == UInt8(ascii: ":") ? UInt8(ascii: "!") : $0 }
        #expect(throws: JournalText.Damage(line: 2)) { try JournalText(parsing: text) }
    }

    @Test func anotherNameMovesTheSettingsAlong() throws {
        let renamed = journal.renamed(to: "wan0")
        #expect(renamed.index == 7)
        #expect(renamed.changes[3] == .sysctl(Sysctl("net/ipv4/conf/wan0/arp_ignore"), was: "0"))
        #expect(try JournalText(parsing: octets(renamed)) == renamed)
        #expect(renamed.renamed(to: "eth0") == journal)
    }

    @Test func anotherFileIsDamage() {
        #expect(throws: JournalText.Damage(line: 1)) { try JournalText(parsing: Array("x\n".utf8)) }
        let text = "hubtap-journal 1\nport eth0 index many namespace 1\n"
        #expect(throws: JournalText.Damage(line: 2)) { try JournalText(parsing: Array(text.utf8)) }
    }

    @Test func noOctetsTrap() {
        var random = SplitMix64(seed: 0x6A_6F75_726E)
        let whole = octets(journal)
        for _ in 0..<2000 {
            var damaged = whole
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = damaged.indices.randomElement(using: &random) ?? 0
                damaged[place] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? JournalText(parsing: damaged)
            _ = try? JournalText(
                parsing: damaged.prefix(Int.random(in: 0...whole.count, using: &random))
            )
        }
    }

    @Test func aSubjectIsNotedOnce() {
        #expect(journal.contains(.flag(.up, was: true)))
        #expect(!JournalText(port: "a", index: 1, namespace: 1).contains(.filter))
    }
}
