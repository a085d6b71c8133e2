package import TapWire

/// What a journal says: whose port it is about, and what was changed on it in what order.
///
/// Plain text, one change a line, so that it can be read and undone by hand:
/// ```
/// hubtap-journal 1
/// port eth0 index 5 namespace 4026531840 address 02:00:00:00:00:05
/// program 42 none
/// flag up off
/// ```
package struct JournalText: Hashable, Sendable {
    /// The port by its name, which may be another one by now.
    package var port: String
    /// The number of the interface, by which it is found: one that was made anew under the name has another.
    package var index: Int32
    /// The network namespace of the port.
    package var namespace: UInt64
    /// The address that the interface had: tells a renamed interface from another one with its number, which
    /// there can be in a namespace that was made anew.
    package var address: MACAddress?
    /// The changes, first to last.
    package var changes: [PortChange] = []

    package init(port: String, index: Int32, namespace: UInt64, address: MACAddress? = nil) {
        self.port = port
        self.index = index
        self.namespace = namespace
        self.address = address
    }

    /// The lines a new journal begins with.
    package var header: [String] {
        let place = "port \(port) index \(index) namespace \(namespace)"
        return [Self.signature, place + (address.map { " address \($0)" } ?? "")]
    }

    /// The same about the same interface under another name.
    package func renamed(to name: String) -> JournalText {
        guard name != port else { return self }
        var text = self
        text.port = name
        text.changes = changes.map { $0.renamed(from: port, to: name) }
        return text
    }

    /// True if something about that subject is noted already.
    package func contains(_ change: PortChange) -> Bool {
        changes.contains { $0.subject == change.subject }
    }

    /// The programs that were attached, by their numbers.
    var programs: [UInt32] {
        changes.compactMap { change in
            if case .program(let identifier) = change { identifier } else { nil }
        }
    }

    /// What the programs that were attached last count and copy into.
    var maps: KernelMaps? {
        for case .maps(let maps) in changes.reversed() { return maps }
        return nil
    }

    /// The same without programs but those, and with the last maps and counts alone.
    func without(programsBut attached: Set<UInt32>) -> JournalText {
        let (maps, counts) = (maps, counts)
        var text = self
        text.changes.removeAll { change in
            switch change {
            case .program(let identifier): !attached.contains(identifier)
            case .maps(let old): old != maps
            case .counts(let old): old != counts
            default: false
            }
        }
        return text
    }

    /// What the counters of the filter that was made last begin at.
    var counts: PortCounts? {
        for case .counts(let counts) in changes.reversed() { return counts }
        return nil
    }

    /// Where a journal cannot be understood, counted from 1.
    package struct Damage: Error, Hashable {
        package var line: Int

        package init(line: Int) { self.line = line }
    }

    /// Reads whole lines; what stands behind the last line's end was never acted on.
    package init(parsing octets: some Collection<UInt8>) throws(Damage) {
        let lines = String(decoding: octets, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard lines.first.map(String.init) == Self.signature else { throw Damage(line: 1) }
        let words = lines.dropFirst().first?.split(separator: " ").map(String.init) ?? []
        guard [6, 8].contains(words.count), words[0] == "port", words[2] == "index",
            words[4] == "namespace", let index = Int32(words[3]), let namespace = UInt64(words[5])
        else { throw Damage(line: 2) }
        self.init(port: words[1], index: index, namespace: namespace)
        if words.count == 8 {
            address = MACAddress(words[7])
            guard words[6] == "address", address != nil else { throw Damage(line: 2) }
        }
        for (number, line) in lines.enumerated().dropFirst(2) {
            guard let change = PortChange(line: line, port: port) else {
                throw Damage(line: number + 1)
            }
            changes.append(change)
        }
    }

    /// How many octets of a file are whole lines.
    package static func wholeByteCount(_ octets: [UInt8]) -> Int {
        octets.lastIndex(of: 10).map { $0 + 1 } ?? 0
    }

    private static let signature = "hubtap-journal 1"
}
