/// Finds the place of a mistake in a filter, of which libpcap says only what it is.
///
/// A value that the message names is looked for in the filter. For a syntax error the finder
/// looks for the first word that no ending of the filter could put right, by compiling the
/// words up to it with likely endings. In those attempts names of hosts are replaced by an
/// address, so that no name server is asked.
struct FilterMistakeFinder {
    /// A filter with more words is not searched.
    private static let maximumWordCount = 512

    private let message: String
    private let filter: FilterWords
    private let refusal: (String) -> String?

    /// - Parameters:
    ///   - expression: The filter.
    ///   - message: What libpcap says against it.
    ///   - refusal: What libpcap says against any text; nil if it takes it.
    init(_ expression: String, _ message: String, refusal: @escaping (String) -> String?) {
        self.message = message
        filter = FilterWords(expression)
        self.refusal = refusal
    }

    /// The place of the mistake, if there is one.
    func place() -> Range<Int>? {
        if message.hasPrefix("expression rejects all packets") { return nil }
        if isSyntax(message) { return syntaxPlace() }
        return quotedPlace() ?? numberPlace() ?? sameMessagePlace()
    }

    private func isSyntax(_ message: String) -> Bool {
        message.contains("syntax error") || message.hasPrefix("illegal token")
    }

    /// The place of what the message has in quotation marks.
    private func quotedPlace() -> Range<Int>? {
        for mark in ["'", "\""] as [Character] {
            let parts = message.split(separator: mark, omittingEmptySubsequences: false)
            guard parts.count >= 3 else { continue }
            if let place = place(of: String(parts[1])) { return place }
        }
        return nil
    }

    /// The place of a number that the message names, or of a mask that it finds too long.
    private func numberPlace() -> Range<Int>? {
        for part in message.split(separator: " ") where part.first?.isNumber == true {
            if let word = filter.words.first(where: { $0.text == part }) { return word.place }
        }
        guard message.hasPrefix("mask length") else { return nil }
        var followsSlash = false
        for word in filter.words {
            if followsSlash, let length = Int(word.text), length > 32 { return word.place }
            followsSlash = word.text == "/"
        }
        return nil
    }

    /// The first place where `text` stands and is not part of longer words.
    private func place(of text: String) -> Range<Int>? {
        let wanted = FilterWords(text).words.map(\.text)
        guard !wanted.isEmpty else { return nil }
        for start in filter.words.indices {
            let found = filter.words[start...].prefix(wanted.count)
            if found.map(\.text) == wanted, let first = found.first, let last = found.last {
                return first.place.lowerBound..<last.place.upperBound
            }
        }
        return nil
    }

    /// The last word of the shortest beginning that libpcap refuses for the same reason.
    private func sameMessagePlace() -> Range<Int>? {
        let count = min(filter.words.count, Self.maximumWordCount)
        let found = (1..<count + 1).first { refusal(beginning($0)) == message }
        return found.map { filter.words[$0 - 1].place }
    }

    private func syntaxPlace() -> Range<Int>? {
        let count = filter.words.count
        guard count <= Self.maximumWordCount else { return nil }
        // A beginning that cannot be completed stays so with every further word.
        var good = 0
        var bad = count + 1
        while bad - good > 1 {
            let middle = (good + bad) / 2
            if canBeCompleted(middle) { good = middle } else { bad = middle }
        }
        guard bad == count + 1 else { return filter.words[bad - 1].place }
        return unclosedPlace() ?? filter.characters.count..<filter.characters.count
    }

    /// The bracket that is never closed, if closing it is all that is missing.
    private func unclosedPlace() -> Range<Int>? {
        let open = openBrackets(filter.words.count)
        guard let last = open.last else { return nil }
        let closed = beginning(filter.words.count) + closing(open)
        return refusal(closed).map(isSyntax) == true ? nil : last.place
    }

    /// True if the first `count` words could begin a filter.
    private func canBeCompleted(_ count: Int) -> Bool {
        let start = beginning(count)
        let closers = closing(openBrackets(count))
        for ending in Self.endings {
            for comparison in ["", " = 0"] {
                let said = refusal(start + ending + closers + comparison)
                if said.map(isSyntax) != true { return true }
            }
        }
        return false
    }

    /// What can follow the various beginnings.
    private static var endings: [String] {
        [
            "", " 1", " tcp", " host 192.0.2.1", " 192.0.2.1", " = 0", " 1-2",
            " 00:00:5e:00:53:01", " localhost", " \\ip", " broadcast", " mgt", " 0 = 0",
        ]
    }

    private func openBrackets(_ count: Int) -> [FilterWords.Word] {
        var open: [FilterWords.Word] = []
        for word in filter.words.prefix(count) {
            if word.text == "(" || word.text == "[" { open.append(word) }
            if word.text == ")" || word.text == "]" { _ = open.popLast() }
        }
        return open
    }

    private func closing(_ open: [FilterWords.Word]) -> String {
        open.reversed().map { $0.text == "(" ? ")" : "]" }.joined()
    }

    /// The first `count` words as they stand, with addresses for names of hosts.
    private func beginning(_ count: Int) -> String {
        var text = ""
        var end = 0
        var qualifier = ""
        for word in filter.words.prefix(count) {
            text += String(filter.characters[end..<word.place.lowerBound])
            end = word.place.upperBound
            text += isHostName(word.text, after: qualifier) ? "192.0.2.1" : word.text
            if Self.qualifiers.contains(word.text) { qualifier = word.text }
        }
        return text
    }

    /// True if libpcap would ask for the address of `word`.
    private func isHostName(_ word: String, after qualifier: String) -> Bool {
        let isNamedElsewhere = ["port", "portrange", "proto", "protochain"].contains(qualifier)
        guard !isNamedElsewhere, !Self.keywords.contains(word) else { return false }
        if word.hasPrefix("tcp-") || word.hasPrefix("icmp") || word.contains(":") { return false }
        if word.lowercased().hasPrefix("0x") { return false }
        return word.contains { $0.isLetter }
    }

    /// Words that say of what kind the names after them are.
    private static let qualifiers: Set<String> = [
        "host", "net", "port", "portrange", "proto", "protochain", "gateway",
    ]

    /// The words that mean something to libpcap's scanner (pcap-filter(7)).
    private static let keywords = Set(
        """
        dst src link ether ppp slip fddi tr wlan arp rarp ip sctp tcp udp icmp igmp igrp pim vrrp \
        carp radio ip6 icmp6 ah esp atalk aarp decnet lat sca moprc mopdl iso esis es-is isis \
        is-is l1 l2 iih lsp snp csnp psnp clnp stp ipx netbeui host net mask port portrange proto \
        protochain gateway type subtype direction dir address1 addr1 address2 addr2 address3 \
        addr3 address4 addr4 ra ta less greater byte broadcast multicast and or not len length \
        inbound outbound ifindex vlan mpls pppoed pppoes geneve lane metac bcc oam oamf4 oamf4ec \
        oamf4sc sc ilmic vpi vci connectmsg metaconnect ifname on rset rulenum rnum srnr ruleset \
        reason action tcpflags mgt ctl data
        """.split(separator: " ").map(String.init)
    )
}
